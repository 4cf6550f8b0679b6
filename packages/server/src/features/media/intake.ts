/** How files of people come in, whichever road they take. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import { DOCUMENT_TYPES, isDocumentName } from './document.ts';
import { loadEncoder } from './load-encoder.ts';
import type { About, MediaLibrary } from './media.ts';
import { PICTURE_TYPES, parseFocus } from './picture.ts';
import type { Quota } from './quota.ts';
import { isRecordingType, RECORDING_TYPES } from './recording.ts';
import type { Recordings } from './recordings.ts';
import type { ScanUpload } from './scan-upload.ts';
import type { TakeDocument } from './take-document.ts';
import type { TakeRecording } from './take-recording.ts';
import { altProblems, encodeLimits, type Uploads } from './upload-picture.ts';

export type Intake = Pick<
  MediaLibrary,
  'accept' | 'takenTypes' | 'maxUploadBytes' | 'countUpload' | 'readAbout'
>;

export function createIntake(deps: {
  kit: Kit;
  uploads: Uploads;
  takeDocument: TakeDocument;
  takeRecording: TakeRecording;
  recordings: Recordings;
  quota: Quota;
  scan: ScanUpload;
}): Intake {
  const { kit, uploads, takeDocument, takeRecording, recordings, quota, scan } = deps;
  const {
    max_image_bytes: maxImage,
    max_document_bytes: maxDocument,
    max_video_bytes: maxVideo,
  } = kit.config.media;
  const maxUploadBytes = () => Math.max(maxImage, maxDocument, recordings.ffmpeg() ? maxVideo : 0);

  /** As in Mastodon an animated GIF becomes a silent film; null where it stays a picture. */
  async function filmOf(file: UploadedFile, bytes: Buffer, owner: string, about: About) {
    if (!recordings.ffmpeg() || bytes.toString('latin1', 0, 4) !== 'GIF8') return null;
    const { inspectPicture } = await loadEncoder();
    const { frames } = await inspectPicture(bytes, encodeLimits(kit.config));
    if (frames < 2) return null;
    try {
      return await takeRecording(file, owner, about);
    } catch (error) {
      // Too long or too large for a film, it may still be a picture.
      if (error instanceof AppError && error.code === 'invalid') return null;
      throw error;
    }
  }

  return {
    maxUploadBytes,
    takenTypes: () => [
      ...PICTURE_TYPES,
      ...DOCUMENT_TYPES,
      ...(recordings.ffmpeg() ? RECORDING_TYPES : []),
    ],
    accept: async (file, owner, about) => {
      const isDocument = isDocumentName(file.filename);
      const isRecording = !isDocument && (await isSound(file.path));
      const most = isDocument ? maxDocument : isRecording ? maxVideo : maxImage;
      if (file.bytes > most)
        throw new AppError('too_large', `The file is larger than ${most} bytes`);
      await quota.checkRoom(owner, file.bytes);
      await scan(createReadStream(file.path), owner);
      if (isDocument) return takeDocument(file, owner, about);
      if (isRecording) return takeRecording(file, owner, about);
      const bytes = await readFile(file.path);
      return (await filmOf(file, bytes, owner, about)) ?? uploads.upload(bytes, owner, about);
    },
    countUpload: async (owner) => {
      const limit = kit.config.limits.uploads_per_hour;
      await kit.rateLimiter.take({ name: 'uploads', key: owner, limit, windowSeconds: 3600 });
    },
    readAbout: ({ description = '', focus = '' }) => {
      const parsed = focus.trim() === '' ? { x: 0, y: 0 } : parseFocus(focus);
      const message = 'is not two numbers between -1 and 1, as 0.0,0.5';
      const problems = [
        ...altProblems(description),
        ...(parsed ? [] : [{ field: 'focus', code: 'ERR_INVALID', message }]),
      ];
      if (problems.length > 0 || !parsed) throw invalid(...problems);
      return { alt: description, focus: parsed };
    },
  };
}

/** By its bytes: a video, or sound. */
async function isSound(path: string): Promise<boolean> {
  const { fileTypeFromFile } = await import('file-type');
  const type = await fileTypeFromFile(path).catch(() => undefined);
  return type !== undefined && (isRecordingType(type.mime) || type.mime === 'application/ogg');
}
