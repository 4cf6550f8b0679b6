/** The filters feature: what somebody does not want to read. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createMatcher, isActive } from './filter.ts';
import { addFilterRoutes } from './filter-routes.ts';
import { createFilterStore, filterIndexes } from './filter-store.ts';
import { addFilterV1Routes } from './filter-v1-routes.ts';
import { viewMatch } from './filter-view.ts';
import type { Filters } from './filters.ts';
import { createManageFilters } from './manage-filters.ts';

export function createFiltersFeature(kit: Kit, apis: Apis): { feature: Feature; api: Filters } {
  const store = createFilterStore(kit.mongo);
  const manage = createManageFilters({ kit, apis, store });
  kit.events.on('account.deleted', async ({ id }) => {
    await store.removeOf(id);
  });

  return {
    feature: {
      name: 'filters',
      indexes: filterIndexes,
      personalData: [{ name: 'filters', read: store.of }],
      routes: (endpoints) => {
        addFilterRoutes(endpoints, { store, manage });
        addFilterV1Routes(endpoints, { store, manage });
      },
    },
    api: {
      forReader: async (reader) => {
        const active = (await store.of(reader)).filter((one) => isActive(one, kit.clock.now()));
        if (active.length === 0) return null;
        const match = createMatcher(active);
        return (text, ids) => match(text, ids).map(viewMatch);
      },
    },
  };
}
