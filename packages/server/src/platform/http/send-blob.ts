/** Answers with a stored file: whole or in part (RFC 9110, Range), or that the copy at hand is still good. */
import type { Context } from 'koa';
import { notFound } from '../app-error.ts';
import type { Blobs } from '../blobs.ts';
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
  const size = await blobs.sizeOf(file.key);
  if (size === null) throw notFound();
  ctx.status = 200;
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
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const isSame = ['', ctx.response.get('ETag')].includes(ctx.get('if-range'));
  const range = isSame ? readRange(ctx.get('range'), size) : 'whole';
  if (range === 'outside') {
    ctx.set('Content-Range', `bytes */${size}`);
    ctx.status = 416;
    ctx.body = null;
    ctx.status = 416;
    return;
  }
  if (range !== 'whole') {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  const length = range === 'whole' ? size : range.end - range.start + 1;
  ctx.length = length;
  if (ctx.method === 'HEAD') {
    ctx.respond = true;
    return;
  }
  const opened = await blobs.open(file.key, range === 'whole' ? undefined : range);
  if (!opened) throw notFound();
  ctx.body = opened.stream;
  // Setting a stream makes Koa guess a type and forget the length.
  ctx.set('Content-Type', file.mediaType);
  ctx.length = length;
}
