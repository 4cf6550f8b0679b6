/** Moderation: reports, and blocks of hosts. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createFileReport } from './file-report.ts';
import { addModerationRoutes } from './moderation-routes.ts';
import { createFlagInbox } from './receive-flag.ts';
import { subscribeReportEvents } from './report-events.ts';
import { createReportStore, REPORTS, reportIndexes } from './report-store.ts';

export function createModerationFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const store = createReportStore({ mongo: kit.mongo });
  const fileReport = createFileReport({ kit, apis, store });
  subscribeReportEvents({ kit, apis, store });

  return {
    feature: {
      name: 'moderation',
      indexes: reportIndexes,
      pending: [REPORTS],
      routes: (endpoints) => addModerationRoutes(endpoints, { kit, apis, store, fileReport }),
      inbound: [createFlagInbox({ kit, apis, store })],
    },
  };
}
