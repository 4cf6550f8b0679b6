/** The instance feature: what this server says of itself. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addInstanceRoutes } from './instance-routes.ts';
import { createMarkerStore, markerIndexes } from './marker-store.ts';

export function createInstanceFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const markers = createMarkerStore(kit.mongo);
  return {
    feature: {
      name: 'instance',
      indexes: markerIndexes,
      routes: (endpoints) => addInstanceRoutes(endpoints, { kit, apis, markers }),
    },
  };
}
