/** The uploads feature: files that come in parts, and go on where they were interrupted. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createFinishUpload } from './finish-upload.ts';
import { createReceivePart } from './receive-part.ts';
import { createResumableStore, resumableIndexes } from './resumable-store.ts';
import { createStartUpload } from './start-upload.ts';
import { addUploadRoutes } from './upload-routes.ts';

export function createUploadsFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const store = createResumableStore(kit.mongo);
  const start = createStartUpload({ kit, apis, store });
  const receive = createReceivePart({ kit, store });
  const finishing = createFinishUpload({ kit, apis, store });

  kit.events.on('account.deleted', async ({ id }) => {
    for (const upload of await store.of(id)) await finishing.drop(upload);
  });

  return {
    feature: {
      name: 'uploads',
      indexes: resumableIndexes,
      routes: (endpoints) =>
        addUploadRoutes(endpoints, { kit, apis, store, start, receive, finishing }),
      timers: [
        {
          name: 'uploads-expire',
          everyMs: 10 * 60_000,
          run: async () => {
            for (const upload of await store.expired(kit.clock.now())) await finishing.drop(upload);
          },
        },
      ],
    },
  };
}
