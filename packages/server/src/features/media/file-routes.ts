/**
 * Picture files at `/media/<128 random bits>.webp`. Those that anybody may see have plain addresses
 * that every cache may keep; the others carry a signature that ends (file-link.ts), so the reader of
 * a page needs no second permission. The type is ours, whatever the request would accept, and never runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { sendBlob } from '../../platform/http/send-blob.ts';
import { attachmentHeader } from './document.ts';
import { isOpen, signedName } from './file-link.ts';
import type { LinkKeys } from './link-keys.ts';
import type { Media, PictureSize } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { fileName, isServable, parseFileName } from './picture.ts';

/** The road of other servers to files that are not for everybody. */
export const PARTNERS = 'partners/';

const NAMES: Record<string, string> = { 'video/mp4': 'video.mp4', 'audio/mp4': 'sound.m4a' };
const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;
const DAY_MS = 24 * 3600_000;
/** Requests that may wait for a remote picture at once. */
const MOST_WAITING = 64;

export function addFileRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    store: MediaStore;
    keys: LinkKeys;
    enqueue: (id: string) => Promise<void>;
  },
): void {
  const { kit, store, keys } = deps;
  const fetching = createBoundedCache<string, true>(5000, { ttl: WAIT_MS });
  const seenToday = createBoundedCache<string, true>(20_000, { ttl: DAY_MS / 4 });
  let waiting = 0;

  endpoints.router.get('/media/:file', async (ctx: Context) => {
    const { params } = ctx as Context & { params: Record<string, string> };
    await serve(ctx, params.file ?? '');
  });

  // Outside `open` mode only to a request that a partner signed: the end of an agreement ends these too.
  endpoints.document(
    `/media/${PARTNERS}:file`,
    async ({ params, ctx }) => {
      await serve(ctx, params.file ?? '', PARTNERS);
      return { kind: 'sent' };
    },
    { anyType: true },
  );

  async function serve(ctx: Context, file: string, road = ''): Promise<void> {
    const wanted = parseFileName(file);
    const known = wanted && (await store.byName(wanted.name));
    if (!wanted || !known || !isServable(known)) throw notFound();
    if (fileName(known.name, wanted.size, known.kind) !== file) throw notFound();
    // Before a remote one is fetched for somebody who may not have it.
    const caching = await cacheControl(ctx, `${road}${file}`, known);
    const media = known.state === 'remote' ? await fetched(known) : known;
    await send(ctx, media, wanted.size, caching);
  }

  /** The same answer for what is not there and what may not be read. */
  async function cacheControl(ctx: Context, path: string, media: Media): Promise<string> {
    if (isOpen(media)) return 'public, max-age=31536000, immutable';
    const part = (name: string) => String(ctx.query[name] ?? '');
    const signed = { expires: part('e'), key: part('k'), signature: part('s') };
    const left = await keys.check(signedName(path, media), signed);
    if (left === null) throw notFound();
    return `private, max-age=${Math.floor(left / 1000)}, immutable`;
  }

  async function send(
    ctx: Context,
    media: Media,
    size: PictureSize,
    caching: string,
  ): Promise<void> {
    const file = media.files[size] ?? media.files.original;
    if (!file) throw notFound();
    await noteSeen(media);
    await sendBlob(ctx, kit.blobs, {
      key: file.key,
      mediaType: file.mediaType,
      disposition:
        media.kind === 'document'
          ? attachmentHeader(media.title ?? 'file')
          : `inline; filename="${NAMES[file.mediaType] ?? 'picture.webp'}"`,
      cacheControl: caching,
    });
  }

  /** Has the worker fetch it, once for all who ask at the same time. */
  async function fetched(media: Media): Promise<Media> {
    const failedJustNow = media.failure !== undefined && (media.retryAt ?? 0) > kit.clock.now();
    if (failedJustNow || waiting >= MOST_WAITING) throw notFound();
    if (!fetching.has(media._id)) {
      fetching.set(media._id, true);
      await deps.enqueue(media._id);
    }
    waiting += 1;
    try {
      return await arrived(media);
    } finally {
      fetching.delete(media._id);
      waiting -= 1;
    }
  }

  async function arrived(before: Media): Promise<Media> {
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      const now = await store.get(before._id);
      if (now?.state === 'ready') return now;
      if (now?.state !== 'remote' || (now.attempts > before.attempts && now.failure)) break;
    }
    throw notFound();
  }

  async function noteSeen(media: Media): Promise<void> {
    if (media.remoteUrl === undefined || seenToday.has(media._id)) return;
    seenToday.set(media._id, true);
    await store.change(media._id, 'ready', { seenAt: kit.clock.now() });
  }
}
