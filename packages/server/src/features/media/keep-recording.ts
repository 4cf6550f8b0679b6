/** What becomes of a video or sound that was uploaded, or fetched: files of ours, and what is known of them. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { EncodedRecording } from './encode-recording.ts';
import type { Media } from './media.ts';
import { blobKeyOf } from './picture.ts';
import type { Recordings } from './recordings.ts';
import { encodeLimits } from './upload-picture.ts';

export type KeepRecording = ReturnType<typeof createKeepRecording>;

/** Both throw AppError `invalid` where it cannot be made. */
export function createKeepRecording(deps: { kit: Kit; recordings: Recordings }) {
  const { kit, recordings } = deps;

  async function ofUpload(media: Media): Promise<Partial<Media>> {
    const opened = media.uploadKey ? await kit.blobs.open(media.uploadKey) : null;
    if (!opened) throw new AppError('invalid', 'was not received as a whole; send it again');
    return make(media, (path) => pipeline(opened.stream, createWriteStream(path)));
  }

  function ofBytes(media: Media, body: Buffer): Promise<Partial<Media>> {
    return make(media, (path) => writeFile(path, body));
  }

  async function make(
    media: Media,
    write: (path: string) => Promise<void>,
  ): Promise<Partial<Media>> {
    const ffmpeg = recordings.ffmpeg();
    if (!ffmpeg) throw new AppError('invalid', 'videos and sound are not taken here');
    const { encodeRecording } = await import('./encode-recording.ts');
    const folder = await mkdtemp(join(tmpdir(), 'mitoyen-media-'));
    const path = join(folder, 'given');
    try {
      await write(path);
      const limits = { ...recordings.limits, picture: encodeLimits(kit.config) };
      return await encodeRecording(ffmpeg, path, limits, (made) => keep(media, made));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function keep(media: Media, made: EncodedRecording): Promise<Partial<Media>> {
    const { kind, width, height, poster, seconds, frameRate, bitrate, bytes } = made;
    const mediaType = kind === 'audio' ? 'audio/mp4' : 'video/mp4';
    const key = blobKeyOf(media.name, 'original', kind);
    await kit.blobs.putFile(key, made.path);
    const files: Media['files'] = {
      original: { key, mediaType, ...(width && height && { width, height }) },
    };
    const small = poster?.files.find((file) => file.size === 'small');
    if (small) {
      const smallKey = blobKeyOf(media.name, 'small', kind);
      await kit.blobs.put(smallKey, small.bytes);
      const { width: w, height: h } = small;
      files.small = { key: smallKey, width: w, height: h, mediaType: 'image/webp' };
    }
    return {
      state: 'ready',
      kind,
      mediaType,
      files,
      bytes,
      seconds,
      frameRate,
      bitrate,
      ...(poster && { blurhash: poster.blurhash }),
      ...(width && height && { width, height }),
    };
  }

  return { ofUpload, ofBytes };
}
