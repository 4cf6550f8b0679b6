/** Followers that two servers count differently (FEP-8fcf): noticed by a digest, then mended. */
import { collectionDigest, writeSynchronization } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import { findDrift } from '../../inbox/find-drift.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { FollowPeople } from './follow-people.ts';
import { undoFollowActivity } from './relation-activity.ts';
import type { RelationStore } from './relation-store.ts';

/** Above this many followers at one host no digest is sent. */
const MOST_AT_HOST = 10_000;
const MOST_MENDED = 500;

export function createSynchronizeFollowers(deps: {
  kit: Kit;
  apis: Apis;
  store: RelationStore;
  follows: FollowPeople;
}) {
  const { kit, apis, store, follows } = deps;
  const urlOf = (account: Account) => `${account.iri}/followers_synchronization`;

  async function irisOf(accounts: string[]): Promise<string[]> {
    return (await apis.accounts.getMany(accounts)).map((account) => account.iri);
  }

  async function followersAt(account: string, host: string): Promise<string[] | null> {
    const rows = await store.followersAt(account, host, MOST_AT_HOST + 1);
    return rows.length > MOST_AT_HOST ? null : irisOf(rows);
  }

  /** The header for a host, of what a local person sends to followers; null where there is none. */
  async function describe(id: string, host: string): Promise<string | null> {
    const account = await apis.accounts.get(id);
    if (account?.domain !== null || !account.followersIri) return null;
    const followers = await followersAt(id, host);
    return (
      followers &&
      writeSynchronization({
        collectionId: account.followersIri,
        url: urlOf(account),
        digest: collectionDigest(followers),
      })
    );
  }

  /** A remote person's post came with a digest: what we hold of its followers here is compared. */
  async function compare(actor: Account, header: string): Promise<void> {
    // Read before their list: whoever is held here by now is listed there, or is no more.
    const held = await apis.accounts.getMany(await store.localFollowers(actor._id));
    const drift = await findDrift(kit, {
      header,
      collectionIri: actor.followersIri,
      held: held.map((account) => account.iri),
    });
    if (!drift) return;
    kit.log.info(
      { actor: actor.iri, unlisted: drift.unlisted.length, unknown: drift.unknown.length },
      'followers had drifted apart',
    );
    for (const iri of drift.unlisted) {
      const follower = held.find((account) => account.iri === iri);
      const follow = follower && (await store.followOf(follower._id, actor._id));
      if (follow) await follows.answered(follow, 'rejected');
    }
    for (const iri of drift.unknown.slice(0, MOST_MENDED)) await takeBack(iri, actor);
  }

  /** They count somebody of ours as a follower who is none. */
  async function takeBack(iri: string, target: Account): Promise<void> {
    const follower = await apis.accounts.byIri(iri);
    if (follower?.domain !== null) return;
    const row = await store.followOf(follower._id, target._id);
    // Their Accept may be on its way.
    if (row?.state === 'requested' || row?.state === 'accepted') return;
    const unique = kit.nextId();
    const follow = { iri: `${kit.baseUrl}/follows/${unique}`, follower, target };
    await kit.outbox.send({
      actor: follower._id,
      activity: undoFollowActivity(follow, unique),
      recipients: { accounts: [target._id] },
      scope: 'follow',
    });
  }

  function addDocuments(endpoints: Endpoints): void {
    endpoints.document('/users/:name/followers_synchronization', async ({ params, peer }) => {
      const account = await apis.accounts.byHandle((params.name ?? '').toLowerCase());
      if (account?.domain !== null || account.kind !== 'person' || account.state !== 'active')
        return null;
      // To each server its own people, and to nobody who does not sign.
      const followers = peer && (await followersAt(account._id, peer.host));
      if (!followers) return null;
      return {
        kind: 'ok',
        json: {
          '@context': 'https://www.w3.org/ns/activitystreams',
          id: urlOf(account),
          type: 'OrderedCollection',
          orderedItems: followers,
        },
      };
    });
  }

  return { describe, compare, addDocuments };
}
