/** Begins an upload: its size, limits and what is known of the file. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import { parseBytes, parseMetadata, type Resumable } from './resumable.ts';
import type { ResumableStore } from './resumable-store.ts';

const HOUR_MS = 3600_000;

export type StartUpload = (
  owner: string,
  headers: { length: string; metadata: string },
) => Promise<Resumable>;

export function createStartUpload(deps: {
  kit: Kit;
  apis: Apis;
  store: ResumableStore;
}): StartUpload {
  const { kit, apis, store } = deps;
  const { media, limits } = kit.config;

  function checkLength(header: string): number {
    const length = parseBytes(header);
    if (length === null || length === 0) {
      const message = 'is not a number of bytes above 0 (a length that is told later is not taken)';
      throw invalid({ field: 'upload_length', code: 'ERR_INVALID', message });
    }
    const most = apis.media.maxUploadBytes();
    if (length > most)
      throw new AppError('too_large', `The file has ${length} bytes; the most is ${most}`);
    return length;
  }

  return async function startUpload(owner, headers) {
    const length = checkLength(headers.length);
    const about = parseMetadata(headers.metadata);
    if (!about) {
      const message = 'is not a list of names with values in base64';
      throw invalid({ field: 'upload_metadata', code: 'ERR_INVALID', message });
    }
    const described = apis.media.readAbout(about);
    await apis.media.countUpload(owner);
    if ((await store.countOpen(owner)) >= limits.unfinished_uploads)
      throw new AppError(
        'rate_limited',
        `You have ${limits.unfinished_uploads} unfinished uploads; finish or end one first`,
      );
    const now = kit.clock.now();
    const upload: Resumable = {
      _id: kit.nextId(),
      owner,
      length,
      offset: 0,
      parts: [],
      filename: (about.filename ?? about.name ?? '').slice(0, 255),
      mediaType: (about.filetype ?? about.type ?? '').slice(0, 100),
      ...described,
      open: true,
      createdAt: now,
      expiresAt: now + media.unfinished_hours * HOUR_MS,
    };
    await store.insert(upload);
    return upload;
  };
}
