/** Moderation: reports, blocks of hosts, and block lists. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addBlockListRoutes } from './block-list-routes.ts';
import { blockListIndexes, createBlockListStore } from './block-list-store.ts';
import type { BlockLists } from './block-lists.ts';
import { addBlockRoutes } from './block-routes.ts';
import { createFileReport } from './file-report.ts';
import { createBlockLists } from './follow-block-lists.ts';
import { addModerationRoutes } from './moderation-routes.ts';
import { createFlagInbox } from './receive-flag.ts';
import { subscribeReportEvents } from './report-events.ts';
import { createReportStore, REPORTS, reportIndexes } from './report-store.ts';
import { createReportView } from './report-view.ts';
import type { Reports } from './reports.ts';
import { createRestrictPeople, type RestrictPeople } from './restrict-people.ts';
import { addRestrictionRoutes } from './restriction-routes.ts';

/** What other features (and commands) may ask: the block lists, and measures about one account. */
export type Moderation = {
  blockLists: BlockLists;
  restrict: RestrictPeople;
  reports: Reports;
};

const LISTS_EVERY_MS = 10 * 60_000;

export function createModerationFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Moderation } {
  const store = createReportStore({ mongo: kit.mongo });
  const fileReport = createFileReport({ kit, apis, store });
  const lists = createBlockListStore({ mongo: kit.mongo });
  const { checkDue, ...blockLists } = createBlockLists({ kit, apis, store: lists });
  const restrict = createRestrictPeople({ kit, apis });
  const view = createReportView(apis);
  subscribeReportEvents({ kit, apis, store });

  return {
    feature: {
      name: 'moderation',
      indexes: [...reportIndexes, ...blockListIndexes],
      pending: [REPORTS],
      timers: [{ name: 'block-lists', everyMs: LISTS_EVERY_MS, run: checkDue }],
      routes: (endpoints) => {
        addModerationRoutes(endpoints, { kit, apis, store, fileReport });
        addRestrictionRoutes(endpoints, { kit, apis, store, restrict });
        addBlockRoutes(endpoints, apis);
        addBlockListRoutes(endpoints, blockLists);
      },
      inbound: [createFlagInbox({ kit, apis, store })],
    },
    api: {
      blockLists,
      restrict,
      reports: {
        present: async (ids, { role }) => {
          if (ids.length === 0 || (role !== 'admin' && role !== 'moderator')) return new Map();
          return view.forNews(await store.many(ids));
        },
      },
    },
  };
}
