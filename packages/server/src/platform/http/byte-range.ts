/** The `Range` header of a request for a file. */
import type { ByteRange } from '../blobs.ts';

/**
 * One range of bytes. What is no such range (several, another unit) is answered with the whole
 * file, as RFC 9110 allows.
 */
export function readRange(header: string, size: number): ByteRange | 'whole' | 'outside' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (!match) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'whole';
  if (from === '') {
    const last = Math.min(Number(to), size);
    return last === 0 ? 'outside' : { start: size - last, end: size - 1 };
  }
  const start = Number(from);
  const end = Math.min(to === '' ? size - 1 : Number(to), size - 1);
  if (to !== '' && Number(to) < start) return 'whole';
  return start > end ? 'outside' : { start, end };
}
