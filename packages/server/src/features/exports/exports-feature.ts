/** The exports feature: a leaver takes along what is theirs. */
import { z } from 'zod';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import type { PersonalData } from '../../personal-data.ts';
import { addExportRoutes } from './export-routes.ts';
import { createExportStore, exportIndexes } from './export-store.ts';
import { createMakeExports } from './make-export.ts';

const EVERY_MS = 60_000;
const jobSchema = z.object({ id: z.string() });

export function createExportsFeature(
  kit: Kit,
  /** Of every feature; asked when an archive is made. */
  data: () => PersonalData[],
): { feature: Feature } {
  const store = createExportStore(kit.mongo);
  const exports = createMakeExports({ kit, store, data });
  kit.events.on('account.deleted', async ({ id }) => {
    for (const one of await store.list(id)) await exports.remove(one);
  });
  return {
    feature: {
      name: 'exports',
      indexes: exportIndexes,
      routes: (endpoints) => addExportRoutes(endpoints, { baseUrl: kit.baseUrl, store, exports }),
      jobs: [
        {
          queue: 'exports',
          concurrency: 1,
          handler: (job) => exports.make(jobSchema.parse(job).id),
        },
      ],
      timers: [{ name: 'exports', everyMs: EVERY_MS, run: exports.sweep }],
    },
  };
}
