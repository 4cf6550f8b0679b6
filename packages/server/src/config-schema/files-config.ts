/** Files that people send: what is taken, where it is kept, who looks at it. */
import { z } from 'zod';
import { size } from './values.ts';

export const mediaConfig = z
  .strictObject({
    max_image_bytes: size(16_777_216).describe('Bytes of one uploaded image.'),
    max_image_pixels: z
      .int()
      .min(1)
      .max(268_402_689)
      .default(64_000_000)
      .describe('Pixels (width x height) of one image.'),
    max_document_bytes: size(41_943_040).describe(
      'Bytes of one uploaded document (PDF, office, text, zip).',
    ),
    max_video_bytes: size(209_715_200).describe('Bytes of one uploaded video or sound.'),
    max_video_seconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(3600)
      .describe('Seconds that one video or sound lasts.'),
    max_video_pixels: z
      .int()
      .min(1)
      .max(268_402_689)
      .default(8_847_360)
      .describe('Pixels (width x height) of one uploaded video; it is made smaller than that.'),
    ffmpeg_path: z
      .string()
      .default('ffmpeg')
      .describe('The program that reads videos and sound; empty, or not there: they are refused.'),
    ffprobe_path: z.string().default('ffprobe').describe('Its companion, which looks at them.'),
    encode_seconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(1800)
      .describe('Seconds that the work on one video may take.'),
    quota_bytes: z
      .int()
      .min(1)
      .default(10_737_418_240)
      .describe('Bytes that the files of one person may take altogether.'),
    max_remote_bytes: size(16_777_216).describe('Bytes of one remote picture to be cached.'),
    remote_cache_days: z
      .int()
      .min(0)
      .max(3650)
      .default(30)
      .describe('Days that cached remote pictures are kept unseen.'),
    link_hours: z
      .int()
      .min(1)
      .max(720)
      .default(24)
      .describe(
        'Hours that the address of a file which is not for everybody is good for, at least; twice that at most.',
      ),
    partner_link_days: z
      .int()
      .min(1)
      .max(3650)
      .default(365)
      .describe('Days that partners may fetch such a file that was sent to them.'),
    unfinished_hours: z
      .int()
      .min(1)
      .max(720)
      .default(24)
      .describe('Hours that an upload may take which is sent in parts, with its interruptions.'),
    unattached_hours: z
      .int()
      .min(1)
      .max(720)
      .default(24)
      .describe('Hours after which an upload that no post uses is removed.'),
  })
  .prefault({});

export const storageConfig = z
  .strictObject({
    kind: z
      .enum(['disk', 's3'])
      .default('disk')
      .describe('Where files are kept: under data_dir, or in S3-compatible object storage.'),
    endpoint: z
      .url({ protocol: /^https?$/, error: 'is not an address like https://s3.example.org' })
      .optional()
      .describe('The address of the object storage, without the bucket.'),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .optional()
      .describe('The bucket; private, and best for Mitoyen alone.'),
    region: z.string().min(1).max(60).default('auto').describe('Its region, where it has one.'),
    access_key_id: z.string().min(1).optional().describe('The name of its access key.'),
    secret_access_key: z
      .string()
      .min(1)
      .optional()
      .describe('Its secret. Best given as MITOYEN_STORAGE__SECRET_ACCESS_KEY_FILE.'),
    path_style: z
      .boolean()
      .default(true)
      .describe('true: https://endpoint/bucket/file. false: https://bucket.endpoint/file.'),
    prefix: z
      .string()
      .regex(/^([A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*)?$/)
      .default('')
      .describe('What all names in the bucket begin with, where others use it too.'),
  })
  .superRefine((storage, ctx) => {
    if (storage.kind === 'disk') return;
    for (const key of ['endpoint', 'bucket', 'access_key_id', 'secret_access_key'] as const)
      if (storage[key] === undefined)
        ctx.addIssue({ code: 'custom', path: [key], message: 'is needed where kind is s3' });
  })
  .prefault({});

export const virusScanConfig = z
  .strictObject({
    address: z
      .string()
      .regex(/^(unix:\/|tcp:\/\/[^/]+$)/, 'is not unix:/path or tcp://host:port')
      .optional()
      .describe(
        'Where ClamAV (clamd) listens, as unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; absent: files are not scanned.',
      ),
    when_down: z
      .enum(['refuse', 'accept'])
      .default('refuse')
      .describe('What becomes of files while it does not answer.'),
    timeout_seconds: z.int().min(1).max(600).default(60).describe('Seconds that it may be silent.'),
  })
  .prefault({});
