/** The media feature: uploads, pictures of remote posts, and their files. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createFfmpeg } from '../../platform/ffmpeg.ts';
import { addAdminMediaRoutes } from './admin-media-routes.ts';
import { createAttachMedia } from './attach-media.ts';
import { createCleanFiles } from './clean-files.ts';
import { createDescribeMedia } from './describe-media.ts';
import { DOCUMENT_TYPES } from './document.ts';
import { linkEnd, signedName } from './file-link.ts';
import { addFileRoutes, PARTNERS } from './file-routes.ts';
import { createIntake } from './intake.ts';
import { createKeepRecording } from './keep-recording.ts';
import { createLinkKeys } from './link-keys.ts';
import type { Media, MediaLibrary } from './media.ts';
import { addMediaRoutes } from './media-routes.ts';
import { createMediaStore, mediaIndexes } from './media-store.ts';
import { createUrlOf, viewMedia } from './media-view.ts';
import { createProcessMedia } from './process-media.ts';
import { createQuota } from './quota.ts';
import { createRecordings } from './recordings.ts';
import { createRememberRemote } from './remember-remote.ts';
import { createRemoveMedia } from './remove-media.ts';
import { createScanUpload } from './scan-upload.ts';
import { createTakeDocument } from './take-document.ts';
import { createTakeRecording } from './take-recording.ts';
import { createUploads } from './upload-picture.ts';

const jobSchema = z.object({ id: z.string() });
/** Uploads of people here come before pictures of remote posts. */
const REMOTE_PRIORITY = 10;

const UNCLAIMED_MS = 3600_000;
const HOUR_MS = 3600_000;

export function createMediaFeature(kit: Kit, apis: Apis): { feature: Feature; api: MediaLibrary } {
  const store = createMediaStore({ mongo: kit.mongo });
  const enqueue = (options: { priority?: number }) => async (id: string) => {
    try {
      await kit.queues.add('media', { id }, options);
    } catch (error) {
      // The document is written: a timer or the next look asks again.
      kit.log.warn({ err: error, media: id }, 'a media job waits for the sweep');
    }
  };
  const keys = createLinkKeys(kit);
  const { link_hours: linkHours, partner_link_days: partnerDays } = kit.config.media;
  const signed = (path: string, media: Media, end: number) =>
    `${path}?${keys.sign(signedName(path, media), end)}`;
  const urlOf = createUrlOf({
    baseUrl: kit.baseUrl,
    signedPath: (file, media) => signed(file, media, linkEnd(kit.clock.now(), linkHours * HOUR_MS)),
  });
  const wireUrlOf = createUrlOf({
    baseUrl: kit.baseUrl,
    // Other servers know a picture by its address: it does not change with the time of asking.
    signedPath: (file, media) =>
      signed(`${PARTNERS}${file}`, media, media.createdAt + partnerDays * 24 * HOUR_MS),
  });
  const enqueueUpload = enqueue({});
  const enqueueRemote = enqueue({ priority: REMOTE_PRIORITY });
  const scan = createScanUpload(kit);
  const uploads = createUploads({ kit, store, scan, enqueue: enqueueUpload });
  const quota = createQuota({ kit, store });
  const takeDocument = createTakeDocument({ kit, store });
  const { ffmpeg_path: ffmpeg, ffprobe_path: ffprobe } = kit.config.media;
  const recordings = createRecordings({
    config: kit.config,
    ffmpeg: createFfmpeg({ ffmpeg, ffprobe }),
  });
  const takeRecording = createTakeRecording({ kit, store, recordings, enqueue: enqueueUpload });
  const intake = createIntake({
    ...{ kit, uploads, takeDocument, takeRecording, recordings },
    ...{ quota, scan },
  });
  const removal = createRemoveMedia({ kit, store, enqueue: enqueueUpload });
  const recorder = createKeepRecording({ kit, recordings });
  const process = createProcessMedia({ kit, store, recorder });

  const isElsewhere = async (id: string) => (await apis.accounts.get(id))?.domain !== null;
  kit.events.on('account.suspended', async ({ id }) => {
    if (await isElsewhere(id)) await removal.withholdOf(id);
  });
  kit.events.on('account.restored', async ({ id }) => {
    await store.showAgain(id);
  });

  return {
    feature: {
      name: 'media',
      indexes: mediaIndexes,
      routes: (endpoints) => {
        addMediaRoutes(endpoints, { store, intake, removal, quota, urlOf });
        addAdminMediaRoutes(endpoints, { kit, apis, store });
        addFileRoutes(endpoints, { kit, store, keys, enqueue: enqueueRemote });
      },
      jobs: [
        { queue: 'media', concurrency: 2, handler: (data) => process(jobSchema.parse(data).id) },
      ],
      start: async () => {
        recordings.start();
        await keys.start();
      },
      stop: async () => recordings.stop(),
      timers: [
        { name: 'media-link-keys', everyMs: 24 * HOUR_MS, run: keys.tidy },
        { name: 'media-requeue', everyMs: 30_000, run: removal.requeue },
        { name: 'media-expire', everyMs: 10 * 60_000, run: removal.expire },
        { name: 'media-unseen', everyMs: 60 * 60_000, run: removal.dropUnseen },
      ],
    },
    api: {
      getMany: store.getMany,
      attach: createAttachMedia({ kit, store }),
      close: store.close,
      release: (ids, post) => store.release(ids, post, kit.clock.now() + UNCLAIMED_MS),
      free: async (post) => {
        const now = kit.clock.now();
        await store.free(post, { now, expiresAt: now + UNCLAIMED_MS });
      },
      describe: createDescribeMedia({ store }),
      remember: createRememberRemote({ kit, store, recordings, enqueue: enqueueRemote }),
      importImage: uploads.importImage,
      ...intake,
      keeps: (claimed) =>
        /^(image|video|audio)\//i.test(claimed) || DOCUMENT_TYPES.includes(claimed.toLowerCase()),
      present: async (ids) => {
        const found = await store.getMany([...new Set(ids)]);
        return new Map(found.map((media) => [media._id, viewMedia(urlOf, media)]));
      },
      urlOf,
      wireUrlOf,
      rotateLinkKey: keys.rotate,
      cleanFiles: createCleanFiles({ kit, store }),
      countCopies: store.countHost,
      removeOf: removal.removeOf,
    },
  };
}
