/** The scheduled feature: posts that wait for their time. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { everyPage } from '../../personal-data.ts';
import { createSchedulePosts } from './schedule-post.ts';
import type { Scheduled } from './scheduled.ts';
import { addScheduledRoutes } from './scheduled-routes.ts';
import { createScheduledStore, scheduledIndexes } from './scheduled-store.ts';
import { createScheduledViews } from './scheduled-view.ts';

const EVERY_MS = 5000;
const jobSchema = z.object({ id: z.string() });

export function createScheduledFeature(kit: Kit, apis: Apis): { feature: Feature; api: Scheduled } {
  const store = createScheduledStore(kit.mongo);
  const schedules = createSchedulePosts({ kit, apis, store });
  const present = createScheduledViews({ apis });
  kit.events.on('account.deleted', async ({ id }) => {
    await store.removeOf(id);
  });

  return {
    feature: {
      name: 'scheduled',
      indexes: scheduledIndexes,
      personalData: [
        {
          name: 'scheduled_posts',
          read: (account) => everyPage((page) => store.list(account, page)),
        },
      ],
      routes: (endpoints) => addScheduledRoutes(endpoints, { store, schedules, present }),
      timers: [{ name: 'scheduled-posts', everyMs: EVERY_MS, run: schedules.enqueueDue }],
      jobs: [
        {
          queue: 'scheduled',
          concurrency: 2,
          handler: (job) => schedules.publishById(jobSchema.parse(job).id),
        },
      ],
    },
    api: {
      schedule: async (wanted) => {
        const [view] = await present([await schedules.schedule(wanted)]);
        if (!view) throw new Error('a scheduled post has a view');
        return view;
      },
    },
  };
}
