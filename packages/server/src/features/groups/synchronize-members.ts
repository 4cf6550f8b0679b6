/**
 * Members of a closed group that its home and a member server count differently: the same digest
 * as for followers (FEP-8fcf), over the members who live on the receiving server.
 */
import { collectionDigest, writeSynchronization } from '@mitoyen/federation';
import { findDrift } from '../../inbox/find-drift.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { GroupDeps } from './group-deps.ts';
import type { ReceiveAnswer } from './receive-answer.ts';
import type { SendGroupActivity } from './send-group-activity.ts';

const MOST_AT_HOST = 10_000;
const MOST_MENDED = 500;

export function createSynchronizeMembers(
  deps: GroupDeps & { send: SendGroupActivity; answers: ReceiveAnswer },
) {
  const { kit, apis, groups, memberships, send, answers } = deps;
  const urlOf = (account: Account) => `${account.iri}/followers_synchronization`;

  async function membersAt(group: string, host: string): Promise<string[] | null> {
    const ids = await memberships.membersAt(group, host, MOST_AT_HOST + 1);
    if (ids.length > MOST_AT_HOST) return null;
    return (await apis.accounts.getMany(ids)).map((account) => account.iri);
  }

  async function describe(id: string, host: string): Promise<string | null> {
    const group = await groups.get(id);
    const account = group?.local ? await apis.accounts.get(id) : null;
    const members = account && (await membersAt(id, host));
    if (!members) return null;
    return writeSynchronization({
      collectionId: account.followersIri ?? `${account.iri}/followers`,
      url: urlOf(account),
      digest: collectionDigest(members),
    });
  }

  /** A group that lives elsewhere sent a digest of those of ours who are in it. */
  async function compare(account: Account, header: string): Promise<void> {
    const group = await groups.get(account._id);
    if (!group || group.local || group.deletedAt !== undefined) return;
    const held = await apis.accounts.getMany(await memberships.localMembers(group._id));
    const drift = await findDrift(kit, {
      header,
      collectionIri: account.followersIri,
      held: held.map((one) => one.iri),
    });
    if (!drift) return;
    kit.log.info(
      { group: account.iri, unlisted: drift.unlisted.length, unknown: drift.unknown.length },
      'members had drifted apart',
    );
    for (const iri of drift.unlisted) {
      const person = held.find((one) => one.iri === iri);
      const row = person && (await memberships.find({ group: group._id, account: person._id }));
      if (row?.state === 'member') await answers.refused(account, row);
    }
    for (const iri of drift.unknown.slice(0, MOST_MENDED)) await takeBack(iri, group._id);
  }

  /** They count somebody of ours as a member who is none (any more). */
  async function takeBack(iri: string, group: string): Promise<void> {
    const person = await apis.accounts.byIri(iri);
    if (person?.domain !== null) return;
    const pair = { group, account: person._id };
    const row = await memberships.find(pair);
    if (row && row.state !== 'ended' && row.state !== 'rejected') return;
    await send.undoFollow(pair, `${kit.baseUrl}/follows/${kit.nextId()}`);
  }

  function addDocuments(endpoints: Endpoints): void {
    endpoints.document('/groups/:name/followers_synchronization', async ({ params, peer }) => {
      const account = await apis.accounts.byHandle((params.name ?? '').toLowerCase());
      if (account?.kind !== 'group' || account.domain !== null || !peer) return null;
      const group = await groups.get(account._id);
      if (!group || group.deletedAt !== undefined) return null;
      // A server without members learns as little as of any other path of the group.
      if (!(await memberships.hasAt(group._id, peer.host, ['member']))) return null;
      const members = await membersAt(group._id, peer.host);
      if (!members) return null;
      return {
        kind: 'ok',
        json: {
          '@context': 'https://www.w3.org/ns/activitystreams',
          id: urlOf(account),
          type: 'OrderedCollection',
          orderedItems: members,
        },
      };
    });
  }

  return { describe, compare, addDocuments };
}
