/** Followers that two servers count differently (FEP-8fcf): noticed by a digest, then mended. */
import type { Apis } from '../../apis.ts';
import { createSynchronizedCollection } from '../../inbox/synchronized-collection.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { FollowPeople } from './follow-people.ts';
import { undoFollowActivity } from './relation-activity.ts';
import type { RelationStore } from './relation-store.ts';

export function createSynchronizeFollowers(deps: {
  kit: Kit;
  apis: Apis;
  store: RelationStore;
  follows: FollowPeople;
}) {
  const { kit, apis, store, follows } = deps;
  const followers = createSynchronizedCollection({ kit, apis, at: store.followersAt });

  /** The header for a host, of what a local person sends to followers; null where there is none. */
  async function describe(id: string, host: string): Promise<string | null> {
    const account = await apis.accounts.get(id);
    if (account?.domain !== null || !account.followersIri) return null;
    return followers.describe(account, host);
  }

  /** A remote person's post came with a digest: what we hold of its followers here is compared. */
  async function compare(actor: Account, header: string): Promise<void> {
    const held = await apis.accounts.getMany(await store.localFollowers(actor._id));
    await followers.mend(actor, header, held, {
      leave: async (follower) => {
        const follow = await store.followOf(follower._id, actor._id);
        if (follow) await follows.answered(follow, 'rejected');
      },
      takeBack: (follower) => takeBack(follower, actor),
    });
  }

  async function takeBack(follower: Account, target: Account): Promise<void> {
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
      return peer ? followers.document(account, peer.host) : null;
    });
  }

  return { describe, compare, addDocuments };
}
