/** Who gets it: distinct inboxes, shared ones preferred, policy applied. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../apis.ts';
import type { Account } from '../features/accounts/account.ts';
import { createSharedRead } from '../platform/coalesce.ts';
import type { Log } from '../platform/log.ts';
import type { OutboundActivity } from './outbox.ts';

export type Address = { inbox: string; host: string };

/** Above this many named accounts their shared inboxes are used, not their own. */
const FEW = 10;
/** All that is still told to whom moderators suspended: that a follow or a membership is over. */
const ENDING = new Set(['Reject', 'Undo']);

export function createAddress(deps: { apis: Apis; ownHost: string; log: Log }) {
  const { apis, ownHost } = deps;
  const followerInboxes = createSharedRead((account) => apis.relations.followerInboxes(account));
  const memberInboxes = createSharedRead((group) => apis.groups.memberInboxes(group));

  return async function address(outbound: OutboundActivity): Promise<Address[]> {
    const { accounts = [], followersOf = [], membersOf = [], inboxes = [] } = outbound.recipients;
    const groups = await Promise.all([
      ...followersOf.map(followerInboxes),
      ...membersOf.map(memberInboxes),
    ]);
    const shared = new Set([...groups.flat(), ...inboxes]);
    const named = await apis.accounts.getMany([...new Set(accounts)]);
    for (const account of named) {
      if (account.state === 'suspended' && !ENDING.has(String(outbound.activity.type))) continue;
      const inbox = inboxOf(account, named.length);
      if (inbox && !(account.sharedInbox && shared.has(account.sharedInbox))) shared.add(inbox);
    }
    return [...shared].flatMap((inbox) => {
      const host = iriHost(inbox);
      return host !== ownHost && permits(host, outbound) ? [{ inbox, host }] : [];
    });
  };

  function permits(host: string, { scope, group }: OutboundActivity): boolean {
    if (scope === 'agreement') return apis.policy.mode() !== 'closed';
    return apis.policy.allows(host, scope, group);
  }
}

function inboxOf(account: Account, count: number): string | null {
  if (account.domain === null || account.state === 'gone') return null;
  return count > FEW ? (account.sharedInbox ?? account.inbox) : account.inbox;
}
