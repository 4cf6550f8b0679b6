/** Takes an upload: looked at, written down durably, then re-encoded by the worker. */
import { randomBytes } from 'node:crypto';
import type { Config } from '../../config-schema.ts';
import type { Kit } from '../../kit.ts';
import { AppError, type FieldProblem, invalid } from '../../platform/app-error.ts';
import type { EncodedPicture, Limits } from './encode-picture.ts';
import { loadEncoder } from './load-encoder.ts';
import type { Media, Purpose } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { ALT_CHARACTERS, blobKeyOf, uploadKeyOf } from './picture.ts';
import type { ScanUpload } from './scan-upload.ts';

const ENCODE_SECONDS = 20;
/** Pictures that one process encodes at once outside the queue. */
const MOST_AT_ONCE = 4;
/** An old avatar is still shown where a page was loaded before the new one. */
const KEEP_REPLACED_MS = 3600_000;

export function encodeLimits(config: Config): Limits {
  return { maxPixels: config.media.max_image_pixels, timeoutSeconds: ENCODE_SECONDS };
}

/** 128 random bits, as upper-case hex: file names that nobody can guess. */
export function randomName(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

/** A file of this person before anything is known of it. */
export function draftMedia(
  kit: Pick<Kit, 'clock' | 'nextId'>,
  owner: string,
  purpose: Purpose,
): Media {
  const now = kit.clock.now();
  return {
    _id: kit.nextId(),
    owner,
    state: 'processing',
    purpose,
    mediaType: 'image/webp',
    alt: '',
    focus: { x: 0, y: 0 },
    name: randomName(),
    files: {},
    attempts: 0,
    queuedAt: now,
    createdAt: now,
  };
}

export type Uploads = ReturnType<typeof createUploads>;

export function createUploads(deps: {
  kit: Kit;
  store: MediaStore;
  scan: ScanUpload;
  enqueue: (id: string) => Promise<void>;
}) {
  const { kit, store, scan } = deps;
  const limits = encodeLimits(kit.config);
  let underWay = 0;

  /** Accepts the bytes; the document is written first, so that no file is without one. */
  async function upload(
    bytes: Buffer,
    owner: string,
    about: { alt: string; focus: { x: number; y: number } },
  ): Promise<Media> {
    checkAlt(about.alt);
    const { inspectPicture } = await loadEncoder();
    const { mediaType, width, height } = await inspectPicture(bytes, limits);
    const media: Media = {
      ...draftMedia(kit, owner, 'attachment'),
      ...about,
      mediaType,
      width,
      height,
      bytes: bytes.length,
      expiresAt: kit.clock.now() + kit.config.media.unattached_hours * 3600_000,
    };
    media.uploadKey = uploadKeyOf(media.name);
    await store.insert(media);
    await kit.blobs.put(media.uploadKey, bytes);
    await deps.enqueue(media._id);
    return media;
  }

  async function importImage(bytes: Buffer, owner: string, purpose: Purpose): Promise<Media> {
    if (bytes.length > kit.config.media.max_image_bytes) {
      throw new AppError(
        'too_large',
        `The picture is larger than ${kit.config.media.max_image_bytes} bytes`,
      );
    }
    if (underWay >= MOST_AT_ONCE) {
      throw new AppError('unavailable', 'Many pictures are being processed; try again soon', {
        retryAfterSeconds: 5,
      });
    }
    underWay += 1;
    try {
      await scan([bytes], owner);
      const { encodePicture } = await loadEncoder();
      const picture = await encodePicture(bytes, purpose, limits);
      const media = { ...draftMedia(kit, owner, purpose), attachedTo: owner };
      await store.insert(media);
      const ready = await store.change(
        media._id,
        'processing',
        await keepFiles(kit, media, picture),
      );
      const expiresAt = kit.clock.now() + KEEP_REPLACED_MS;
      await store.expireOthers(owner, purpose, [media._id], expiresAt);
      return ready ?? media;
    } finally {
      underWay -= 1;
    }
  }

  return { upload, importImage };
}

export function checkAlt(alt: string): void {
  const problems = altProblems(alt);
  if (problems.length > 0) throw invalid(...problems);
}

export function altProblems(alt: string): FieldProblem[] {
  if (alt.length <= ALT_CHARACTERS) return [];
  const message = `is longer than ${ALT_CHARACTERS} characters`;
  return [{ field: 'description', code: 'ERR_TOO_LONG', message }];
}

/** Writes the files, and says what the document holds once it is ready. */
export async function keepFiles(
  kit: Pick<Kit, 'blobs'>,
  media: Media,
  picture: EncodedPicture,
): Promise<Partial<Media>> {
  const files: Media['files'] = {};
  for (const { size, bytes, width, height } of picture.files) {
    const key = blobKeyOf(media.name, size);
    await kit.blobs.put(key, bytes);
    files[size] = { key, width, height, mediaType: 'image/webp' };
  }
  const { original } = files;
  return {
    state: 'ready',
    mediaType: 'image/webp',
    files,
    blurhash: picture.blurhash,
    bytes: picture.files.find((file) => file.size === 'original')?.bytes.length ?? 0,
    ...(original?.width && { width: original.width, height: original.height }),
  };
}
