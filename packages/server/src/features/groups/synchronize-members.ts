/**
 * Members of a closed group that its home and a member server count differently: the same digest
 * as for followers (FEP-8fcf), over the members who live on the receiving server.
 */
import { createSynchronizedCollection } from '../../inbox/synchronized-collection.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { ReceiveAnswer } from './receive-answer.ts';
import type { SendGroupActivity } from './send-group-activity.ts';

export function createSynchronizeMembers(
  deps: GroupDeps & { finder: FindGroup; send: SendGroupActivity; answers: ReceiveAnswer },
) {
  const { kit, apis, groups, memberships, finder, send, answers } = deps;
  const members = createSynchronizedCollection({ kit, apis, at: memberships.membersAt });

  async function describe(id: string, host: string): Promise<string | null> {
    const group = await groups.get(id);
    const account = group?.local ? await apis.accounts.get(id) : null;
    return account && members.describe(account, host);
  }

  /** A group that lives elsewhere sent a digest of those of ours who are in it. */
  async function compare(account: Account, header: string): Promise<void> {
    const group = await groups.get(account._id);
    if (!group || group.local || group.deletedAt !== undefined) return;
    const held = await apis.accounts.getMany(await memberships.localMembers(group._id));
    const pairOf = (person: Account) => ({ group: group._id, account: person._id });
    await members.mend(account, header, held, {
      leave: async (person) => {
        const row = await memberships.find(pairOf(person));
        if (row?.state === 'member') await answers.refused(account, row);
      },
      takeBack: async (person) => {
        const row = await memberships.find(pairOf(person));
        if (row && row.state !== 'ended' && row.state !== 'rejected') return;
        await send.undoFollow(pairOf(person), `${kit.baseUrl}/follows/${kit.nextId()}`);
      },
    });
  }

  function addDocuments(endpoints: Endpoints): void {
    endpoints.document('/groups/:name/followers_synchronization', async ({ params, peer }) => {
      const account = await apis.accounts.byHandle((params.name ?? '').toLowerCase());
      if (account?.kind !== 'group' || account.domain !== null || !peer) return null;
      const group = await groups.get(account._id);
      if (!group || group.deletedAt !== undefined || !finder.admits(group, peer.host)) return null;
      // A server without members learns as little as of any other path of the group.
      if (!(await memberships.hasAt(group._id, peer.host, ['member']))) return null;
      return members.document(account, peer.host);
    });
  }

  return { describe, compare, addDocuments };
}
