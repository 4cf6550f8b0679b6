/** The presence feature: who is there, who writes, who has read. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { followReading } from './follow-reading.ts';
import { addPresenceRoutes } from './presence-routes.ts';
import { createPresenceStore } from './presence-store.ts';

export function createPresenceFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const prefix = `mitoyen:${kit.config.database.name}`;
  const store = createPresenceStore({ redis: kit.redis, prefix });
  followReading({ kit, apis, store });
  return {
    feature: {
      name: 'presence',
      indexes: [],
      routes: (endpoints) => addPresenceRoutes(endpoints, { kit, apis, store }),
    },
  };
}
