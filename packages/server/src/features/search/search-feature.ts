/** The search feature: people, groups, posts, messages, hashtags and files. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createIndexPosts } from './index-posts.ts';
import type { Search } from './search.ts';
import { createSearchPosts } from './search-posts.ts';
import { addSearchRoutes } from './search-routes.ts';
import { createSearchStore, searchIndexes } from './search-store.ts';

const BACKFILL_EVERY_MS = 5000;

export function createSearchFeature(kit: Kit, apis: Apis): { feature: Feature; api: Search } {
  const store = createSearchStore(kit.mongo);
  const indexing = createIndexPosts({ apis, store, now: kit.clock.now });
  const posts = createSearchPosts({ apis, store, idAt: kit.nextId });
  for (const name of ['post.published', 'post.edited', 'post.deleted'] as const)
    kit.events.on(name, ({ id }) => indexing.indexOne(id));

  return {
    feature: {
      name: 'search',
      indexes: searchIndexes,
      timers: [{ name: 'search-backfill', everyMs: BACKFILL_EVERY_MS, run: indexing.backfill }],
      routes: (endpoints) => addSearchRoutes(endpoints, { apis, posts }),
    },
    api: {
      forget: store.remove,
    },
  };
}
