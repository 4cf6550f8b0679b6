/** Holds new notifications against what their recipient wants. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { NewNotification } from './notifications.ts';
import { ACCEPT_ALL, judge, type PolicyChoice, type SenderFacts } from './policy.ts';
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
    const stored = await policies.policy(account);
    // Most people hold nothing back.
    if (
      !stored ||
      Object.values(stored).every((choice) => choice !== 'filter' && choice !== 'drop')
    )
      return of.map(() => 'accept');
    const policy = { ...ACCEPT_ALL, ...stored };
    const facts = await factsOf(account, [...new Set(of.map((one) => one.from))]);
    return Promise.all(
      of.map(async (one) => {
        const sender = facts.get(one.from);
        if (!sender) return 'accept';
        const said = await saidIn(one, account);
        return judge(policy, { type: one.type, ...said }, sender, kit.clock.now());
      }),
    );
  };

  async function factsOf(account: string, senders: string[]): Promise<Map<string, SenderFacts>> {
    const [accounts, followed, permitted, since] = await Promise.all([
      apis.accounts.getMany(senders),
      apis.relations.followsAmong(account, senders),
      policies.permitted(account, senders),
      apis.relations.followersSince(account, senders),
    ]);
    return new Map(
      accounts.map((sender) => [
        sender._id,
        {
          staff: sender.role === 'admin' || sender.role === 'moderator',
          createdAt: sender.createdAt,
          followed: followed.has(sender._id),
          followsSince: since.get(sender._id) ?? null,
          permitted: permitted.has(sender._id),
        },
      ]),
    );
  }

  async function saidIn({ post: id, type }: NewNotification, account: string) {
    const post = id && type === 'mention' ? await apis.posts.get(id) : null;
    return {
      direct: post?.audience === 'direct',
      answer: post?.inReplyToAccount === account,
    };
  }
}
