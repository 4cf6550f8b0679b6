/** The relations feature: follows, blocks, mutes and private notes. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createBlockPeople } from './block-people.ts';
import { subscribeMoves } from './follow-moved.ts';
import { createFollowPeople } from './follow-people.ts';
import { personalRelations } from './personal-relations.ts';
import { addPersonalRoutes } from './personal-routes.ts';
import { createPersonalStore, personalIndexes } from './personal-store.ts';
import { subscribeRelations } from './relation-events.ts';
import { createRelationInbox } from './relation-inbox.ts';
import { addRelationListRoutes } from './relation-list-routes.ts';
import { addRelationRoutes } from './relation-routes.ts';
import { createRelationStore, relationIndexes } from './relation-store.ts';
import type { Relations } from './relations.ts';
import { createRelationshipViews } from './relationship-view.ts';
import { createSuggestPeople } from './suggest-people.ts';
import { addSuggestionRoutes } from './suggestion-routes.ts';
import { createSynchronizeFollowers } from './synchronize-followers.ts';
import { createWhoIsHidden } from './who-is-hidden.ts';

const MOST_AT_ONCE = 20_000;

export function createRelationsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Relations } {
  const store = createRelationStore(kit.mongo);
  const follows = createFollowPeople({ kit, apis, store });
  const blocks = createBlockPeople({ kit, apis, store, follows });
  const personal = createPersonalStore(kit.mongo);
  const suggest = createSuggestPeople({ apis, personal });
  const hidden = createWhoIsHidden({ apis, clock: kit.clock, store, personal });
  const relationships = createRelationshipViews({ apis, clock: kit.clock, store, personal });
  const synchronize = createSynchronizeFollowers({ kit, apis, store, follows });
  subscribeRelations({ kit, apis, store });
  subscribeMoves({ kit, apis, store, follows });

  kit.events.on('account.deleted', async ({ id }) => {
    const rows = await store.followsWith(id, MOST_AT_ONCE);
    for (const row of rows.filter((one) => one.state === 'accepted')) {
      const counted =
        row.follower === id
          ? { account: row.target, change: { followers: -1 } }
          : { account: row.follower, change: { following: -1 } };
      await apis.accounts.addCounts(counted.account, counted.change);
    }
    await store.removeFollows(rows.map((row) => row._id));
    await personal.removeOf(id);
  });

  /** Both servers are told, as if the people had ended it: theirs must stop counting on it. */
  kit.events.on('account.suspended', async ({ id }) => {
    if ((await apis.accounts.get(id))?.domain === null) return;
    for (const row of await store.followsWith(id, MOST_AT_ONCE))
      await follows.end(row, row.follower === id ? 'follow.rejected' : 'follow.ended');
  });

  const api: Relations = {
    follow: store.follow,
    followedBy: store.targetsOf,
    followsAmong: async (follower, targets) => {
      const rows = targets.length > 0 ? await store.among(follower, targets) : [];
      return new Set(rows.filter((row) => row.state === 'accepted').map((row) => row.target));
    },
    followersSince: async (target, among) => {
      const rows = await store.amongFollowers(target, among);
      const accepted = rows.filter((row) => row.state === 'accepted');
      return new Map(accepted.map((row) => [row.follower, row.createdAt]));
    },
    isFollowing: async (follower, target) =>
      (await store.followOf(follower, target))?.state === 'accepted',
    followerInboxes: store.followerInboxes,
    localFollowers: store.localFollowers,
    notifiedFollowers: store.notifiedFollowers,
    followedWithoutShares: store.followedWithoutShares,
    followedInLanguages: store.followedInLanguages,
    hasLocalFollowers: store.hasLocalFollowers,
    hasFollowersAt: store.hasFollowersAt,
    countRequests: store.countRequests,
    blockedEither: async (a, b) =>
      (await store.blocksBetween(a, [b])).some((rows) => rows.length > 0),
    hiddenAmong: hidden.among,
    hiddenBecause: hidden.because,
    hiddenFrom: hidden.hiddenFrom,
    silencedAmong: hidden.silencedAmong,
    synchronization: synchronize.describe,
    synchronize: synchronize.compare,
    endHost: follows.endHost,
    countHost: store.countFollowsOfHost,
  };

  return {
    feature: {
      name: 'relations',
      indexes: [...relationIndexes, ...personalIndexes],
      pending: ['follows', 'blocks'],
      personalData: personalRelations({ apis, ownDomain: kit.accountDomain, store, personal }),
      routes: (endpoints) => {
        addRelationRoutes(endpoints, { kit, apis, store, follows, blocks, relationships });
        addRelationListRoutes(endpoints, { kit, apis, store });
        synchronize.addDocuments(endpoints);
        addSuggestionRoutes(endpoints, { kit, apis, personal, suggest });
        addPersonalRoutes(endpoints, { kit, apis, store, personal, follows, relationships });
      },
      inbound: [createRelationInbox({ apis, store, follows, blocks, now: kit.clock.now })],
    },
    api,
  };
}
