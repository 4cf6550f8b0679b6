/** How files of people come in, whichever road they take. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { MediaLibrary } from './media.ts';
import { parseFocus } from './picture.ts';
import type { ScanUpload } from './scan-upload.ts';
import { checkAlt, type Uploads } from './upload-picture.ts';

export type Intake = Pick<MediaLibrary, 'accept' | 'maxUploadBytes' | 'countUpload' | 'readAbout'>;

export function createIntake(deps: { kit: Kit; uploads: Uploads; scan: ScanUpload }): Intake {
  const { kit, uploads, scan } = deps;
  const maxUploadBytes = () => kit.config.media.max_image_bytes;

  return {
    maxUploadBytes,
    accept: async (file, owner, about) => {
      if (file.bytes > maxUploadBytes())
        throw new AppError('too_large', `The file is larger than ${maxUploadBytes()} bytes`);
      await scan(createReadStream(file.path), owner);
      return uploads.upload(await readFile(file.path), owner, about);
    },
    countUpload: async (owner) => {
      const limit = kit.config.limits.uploads_per_hour;
      await kit.rateLimiter.take({ name: 'uploads', key: owner, limit, windowSeconds: 3600 });
    },
    readAbout: ({ description = '', focus = '' }) => {
      checkAlt(description);
      const parsed = focus.trim() === '' ? { x: 0, y: 0 } : parseFocus(focus);
      if (parsed) return { alt: description, focus: parsed };
      const message = 'is not two numbers between -1 and 1, as 0.0,0.5';
      throw invalid({ field: 'focus', code: 'ERR_INVALID', message });
    },
  };
}
