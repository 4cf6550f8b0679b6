/** Takes a document: nothing is made of it, so it is ready as soon as it is stored. */
import { open } from 'node:fs/promises';
import type { Kit } from '../../kit.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import { checkDocument, HEAD_BYTES, STORED_TYPE, safeName } from './document.ts';
import type { About, Media } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { blobKeyOf } from './picture.ts';
import { checkAlt, draftMedia } from './upload-picture.ts';

export function createTakeDocument(deps: { kit: Kit; store: MediaStore }) {
  const { kit, store } = deps;

  return async function takeDocument(
    file: UploadedFile,
    owner: string,
    about: About,
  ): Promise<Media> {
    checkAlt(about.alt);
    const head = await headOf(file.path);
    const { fileTypeFromBuffer } = await import('file-type');
    const sniffed = await fileTypeFromBuffer(head).catch(() => undefined);
    const mediaType = checkDocument(file.filename, head, sniffed?.mime ?? null);
    const media: Media = {
      ...draftMedia(kit, owner, 'attachment'),
      ...about,
      kind: 'document',
      mediaType,
      title: safeName(file.filename),
      bytes: file.bytes,
      expiresAt: kit.clock.now() + kit.config.media.unattached_hours * 3600_000,
    };
    // The document in the database first, so that no file is without one.
    await store.insert(media);
    const key = blobKeyOf(media.name, 'original', 'document');
    await kit.blobs.putFile(key, file.path);
    const files: Media['files'] = { original: { key, mediaType: STORED_TYPE } };
    return (await store.change(media._id, 'processing', { state: 'ready', files })) ?? media;
  };
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export type TakeDocument = ReturnType<typeof createTakeDocument>;
