/** Answers with a stored file: whole or in part (RFC 9110, Range), or that the copy at hand is still good. */
import type { Context } from 'koa';
import { notFound } from '../app-error.ts';
import type { Blobs, ByteRange } from '../blobs.ts';
import { readRange } from './byte-range.ts';

export type SentBlob = {
  key: string;
  mediaType: string;
  /** As the header says it. */
  disposition: string;
  cacheControl: string;
};

/**
 * The type is ours and never guessed, and whatever is inside never runs.
 *
 * @throws AppError not_found where the file is not there
 */
export async function sendBlob(ctx: Context, blobs: Blobs, file: SentBlob): Promise<void> {
  const isPlain = ctx.method === 'GET' && !ctx.get('range') && !ctx.get('if-none-match');
  // Its size is told with it: object storage is asked once for most requests.
  const opened = isPlain ? await blobs.open(file.key) : null;
  const size = opened?.size ?? (await blobs.sizeOf(file.key));
  if (size === null) throw notFound();
  ctx.status = 200;
  setHeaders(ctx, file, size);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const range = askedRange(ctx, size);
  if (range === 'outside') {
    ctx.body = null;
    ctx.set('Content-Range', `bytes */${size}`);
    ctx.status = 416;
    return;
  }
  if (range) {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  const length = range ? range.end - range.start + 1 : size;
  if (ctx.method === 'HEAD') {
    ctx.length = length;
    ctx.respond = true;
    return;
  }
  const found = opened ?? (await blobs.open(file.key, range ?? undefined));
  if (!found) throw notFound();
  ctx.body = found.stream;
  // Setting a stream makes Koa guess a type and forget the length.
  ctx.set('Content-Type', file.mediaType);
  ctx.length = length;
}

function setHeaders(ctx: Context, file: SentBlob, size: number): void {
  ctx.set({
    'Content-Type': file.mediaType,
    'Content-Disposition': file.disposition,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': file.cacheControl,
    'Accept-Ranges': 'bytes',
    // Keys are random and files are written once; a remote one may be fetched anew.
    ETag: `"${file.key.slice(file.key.lastIndexOf('/') + 1)}-${size.toString(36)}"`,
  });
}

/** Null: the whole file, also where it changed since the part before (`If-Range`). */
function askedRange(ctx: Context, size: number): ByteRange | 'outside' | null {
  const isSame = ['', ctx.response.get('ETag')].includes(ctx.get('if-range'));
  const range = isSame ? readRange(ctx.get('range'), size) : 'whole';
  return range === 'whole' ? null : range;
}
