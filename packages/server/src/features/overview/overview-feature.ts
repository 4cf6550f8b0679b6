/** The overview feature: figures for admins. Counts only; nobody's messages, nobody by name. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addOverviewRoutes } from './overview-routes.ts';

export function createOverviewFeature(kit: Kit, apis: Apis): Feature {
  return {
    name: 'overview',
    indexes: [],
    routes: (endpoints) => {
      addOverviewRoutes(endpoints, { kit, apis });
      addConfigurationRoutes(endpoints, kit);
    },
  };
}
