/** The cached copy of a document of another server: looked at as strictly as one that is sent here. */
import type { Kit } from '../../kit.ts';
import { checkDocument, HEAD_BYTES, STORED_TYPE } from './document.ts';
import type { Media } from './media.ts';
import { blobKeyOf } from './picture.ts';

/** @throws AppError `invalid` where the bytes are not what its name says */
export async function keepDocument(
  kit: Pick<Kit, 'blobs'>,
  media: Media,
  body: Buffer,
): Promise<Partial<Media>> {
  const { fileTypeFromBuffer } = await import('file-type');
  const head = body.subarray(0, HEAD_BYTES);
  const sniffed = await fileTypeFromBuffer(head).catch(() => undefined);
  checkDocument(media.title ?? '', head, sniffed?.mime ?? null);
  const key = blobKeyOf(media.name, 'original', 'document');
  await kit.blobs.put(key, body);
  return {
    state: 'ready',
    bytes: body.length,
    files: { original: { key, mediaType: STORED_TYPE } },
  };
}
