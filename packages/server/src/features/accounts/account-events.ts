/** What other servers are told of accounts here, and what we ask of theirs once an agreement is in force. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from './account.ts';
import { updateActivity } from './account-activity.ts';
import type { AccountStore } from './account-store.ts';
import type { Accounts } from './accounts.ts';
import { moveActivity } from './move-activity.ts';
import type { createActorResolver } from './resolve-actor.ts';

export function subscribeAccounts(deps: {
  kit: Kit;
  apis: Apis;
  store: AccountStore;
  resolver: Pick<ReturnType<typeof createActorResolver>, 'learnDomain'>;
  actorDocument: Accounts['actorDocument'];
}): void {
  const { kit, apis, store } = deps;

  /** The instance actors of those with whom an agreement is in force. */
  async function partnerActors(): Promise<string[]> {
    const { agreements } = await apis.partners.list();
    const actors = agreements.filter((one) => one.state === 'active').map((one) => one.them.actor);
    const known = await Promise.all(actors.map(store.byIri));
    return known.flatMap((account) => account?._id ?? []);
  }

  async function tellUpdate(account: Account): Promise<void> {
    const isInstance = account.kind === 'application';
    await kit.outbox.send({
      actor: account._id,
      activity: updateActivity(account, await deps.actorDocument(account)),
      recipients: isInstance ? { accounts: await partnerActors() } : { followersOf: [account._id] },
      scope: isInstance ? 'agreement' : 'directory',
    });
  }

  kit.events.on('account.updated', async ({ id, local }) => {
    const account = local ? await store.byId(id) : null;
    // Groups tell their members themselves.
    if (account && account.kind !== 'group' && account.state === 'active')
      await tellUpdate(account);
  });

  // Before the agreement nothing but their instance actor could be asked for.
  kit.events.on('agreement.changed', async () => {
    for (const id of await partnerActors()) await deps.resolver.learnDomain(id);
  });

  kit.events.on('account.moved', async ({ id, local }) => {
    const account = local ? await store.byId(id) : null;
    if (!account?.movedTo) return;
    await tellUpdate(account);
    await kit.outbox.send({
      actor: id,
      activity: moveActivity(account, account.movedTo),
      recipients: { followersOf: [id] },
      scope: 'follow',
    });
  });
}
