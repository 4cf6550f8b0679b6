/** Takes a video or sound: looked at, written down durably, then re-encoded by the worker. */
import type { Kit } from '../../kit.ts';
import { invalid } from '../../platform/app-error.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import type { About, Media } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { uploadKeyOf } from './picture.ts';
import { kindOf } from './recording.ts';
import type { Recordings } from './recordings.ts';
import { checkAlt, draftMedia } from './upload-picture.ts';

export type TakeRecording = (file: UploadedFile, owner: string, about: About) => Promise<Media>;

export function createTakeRecording(deps: {
  kit: Kit;
  store: MediaStore;
  recordings: Recordings;
  enqueue: (id: string) => Promise<void>;
}): TakeRecording {
  const { kit, store, recordings } = deps;

  return async function takeRecording(file, owner, about) {
    checkAlt(about.alt);
    const ffmpeg = recordings.ffmpeg();
    if (!ffmpeg)
      throw invalid({
        field: 'file',
        code: 'ERR_INVALID',
        message: 'is a video or sound: they are not taken here, pictures and documents are',
      });
    const { inspectRecording } = await import('./encode-recording.ts');
    const { mediaType, probed } = await inspectRecording(ffmpeg, file.path, recordings.limits);
    const { video, seconds } = probed;
    const media: Media = {
      ...draftMedia(kit, owner, 'attachment'),
      ...about,
      kind: kindOf(probed),
      mediaType,
      bytes: file.bytes,
      ...(video && { width: video.width, height: video.height }),
      ...(seconds !== undefined && { seconds }),
      expiresAt: kit.clock.now() + kit.config.media.unattached_hours * 3600_000,
    };
    media.uploadKey = uploadKeyOf(media.name);
    await store.insert(media);
    await kit.blobs.putFile(media.uploadKey, file.path);
    await deps.enqueue(media._id);
    return media;
  };
}
