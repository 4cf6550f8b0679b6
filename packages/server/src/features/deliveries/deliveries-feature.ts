/** The admin's window on the outbox. */
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addDeliveriesRoutes } from './deliveries-routes.ts';

export function createDeliveriesFeature(kit: Kit): { feature: Feature } {
  return {
    feature: {
      name: 'deliveries',
      indexes: [],
      routes: (endpoints) => addDeliveriesRoutes(endpoints, kit),
    },
  };
}
