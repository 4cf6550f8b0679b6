/** The saved searches feature. */
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addSavedSearchRoutes } from './saved-search-routes.ts';
import { createSavedSearchStore, savedSearchIndexes } from './saved-search-store.ts';

export function createSavedSearchesFeature(kit: Kit): { feature: Feature } {
  const store = createSavedSearchStore(kit.mongo);
  kit.events.on('account.deleted', async ({ id }) => {
    await store.removeOf(id);
  });
  return {
    feature: {
      name: 'saved-searches',
      indexes: savedSearchIndexes,
      personalData: [{ name: 'saved_searches', read: store.of }],
      routes: (endpoints) => addSavedSearchRoutes(endpoints, { kit, store }),
    },
  };
}
