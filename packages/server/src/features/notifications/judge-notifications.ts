/** Holds new notifications against what their recipient wants. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { NewNotification } from './notifications.ts';
import {
  DEFAULT_POLICY,
  judge,
  POLICY_FIELDS,
  type PolicyChoice,
  type SenderFacts,
} from './policy.ts';
import type { PolicyStore } from './policy-store.ts';

export type JudgeNotifications = (
  account: string,
  of: NewNotification[],
) => Promise<PolicyChoice[]>;

export function createJudgeNotifications(deps: {
  kit: Kit;
  apis: Apis;
  policies: PolicyStore;
}): JudgeNotifications {
  const { kit, apis, policies } = deps;

  return async function judgeNotifications(account, of) {
    const [stored, senders] = await Promise.all([
      policies.policy(account),
      apis.accounts.getMany([...new Set(of.map((one) => one.from))]),
    ]);
    const policy = { ...DEFAULT_POLICY, ...stored };
    // Most people hold nothing back, and most senders are free to speak.
    const holds = POLICY_FIELDS.some(
      (field) => field !== 'for_limited_accounts' && policy[field] !== 'accept',
    );
    if (!holds && senders.every((sender) => !isSilenced(sender) && !isSuspended(sender)))
      return of.map(() => 'accept');
    const facts = await factsOf(account, senders);
    return Promise.all(
      of.map(async (one) => {
        const sender = facts.get(one.from);
        if (!sender) return 'accept';
        const said = await saidIn(one, account);
        return judge(policy, { type: one.type, ...said }, sender, kit.clock.now());
      }),
    );
  };

  async function factsOf(account: string, of: Account[]): Promise<Map<string, SenderFacts>> {
    const senders = of.map((sender) => sender._id);
    const [followed, permitted, since] = await Promise.all([
      apis.relations.followsAmong(account, senders),
      policies.permitted(account, senders),
      apis.relations.followersSince(account, senders),
    ]);
    return new Map(
      of.map((sender) => [
        sender._id,
        {
          staff: sender.role === 'admin' || sender.role === 'moderator',
          createdAt: sender.createdAt,
          limited: isSilenced(sender),
          suspended: isSuspended(sender),
          followed: followed.has(sender._id),
          followsSince: since.get(sender._id) ?? null,
          permitted: permitted.has(sender._id),
        },
      ]),
    );
  }

  /** Alone, or with the whole host. */
  function isSilenced({ domain, iri, restricted }: Account): boolean {
    const isLimited = () => apis.policy.restriction(iriHost(iri))?.silence === true;
    return restricted === 'silenced' || (domain !== null && isLimited());
  }

  function isSuspended({ restricted }: Account): boolean {
    return restricted === 'suspended';
  }

  async function saidIn({ post: id, type }: NewNotification, account: string) {
    const post = id && type === 'mention' ? await apis.posts.get(id) : null;
    return {
      direct: post?.audience === 'direct',
      answer: post?.inReplyToAccount === account,
    };
  }
}
