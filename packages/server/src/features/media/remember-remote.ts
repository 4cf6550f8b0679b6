/** Writes down remote pictures; the worker fetches them, so that their origin does not learn who looks. */
import { iriHost, parseIri } from '@mitoyen/protocol';
import type { Kit } from '../../kit.ts';
import { remoteTitle } from './document.ts';
import type { Media, RemotePicture } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { ALT_CHARACTERS, isPictureType } from './picture.ts';
import type { Recordings } from './recordings.ts';
import { randomName } from './upload-picture.ts';

/** Above this many waiting jobs pictures are fetched only when somebody looks. */
const MOST_WAITING = 500;
const KEEP_REPLACED_MS = 3600_000;
const BLURHASH = /^[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]{6,120}$/;

export function createRememberRemote(deps: {
  kit: Kit;
  store: MediaStore;
  recordings: Recordings;
  enqueue: (id: string) => Promise<void>;
}) {
  const { kit, store, recordings } = deps;

  return async function remember(owner: string, pictures: RemotePicture[]): Promise<string[]> {
    const wanted = pictures
      .slice(0, kit.config.limits.post_attachments)
      .flatMap((picture) => toMedia(owner, picture));
    if (wanted.length === 0) return [];
    const urls = wanted.flatMap((media) => media.remoteUrl ?? []);
    const known = new Set((await store.remoteOf(owner, urls)).map((media) => media.remoteUrl));
    const fresh = wanted.filter((media) => !known.has(media.remoteUrl));
    await store.insertRemote(fresh);
    const rows = await store.remoteOf(owner, urls);
    const byUrl = new Map(rows.map((media) => [media.remoteUrl, media]));
    const media = urls.flatMap((url) => byUrl.get(url) ?? []);
    await redescribe(rows, wanted);
    await openOrClose(rows, wanted);
    await replaceOlder(owner, media);
    if (fresh.length > 0) await fetchAhead(media);
    return [...new Set(media.map((one) => one._id))];
  };

  /** The origin may describe a picture anew. */
  async function redescribe(rows: Media[], wanted: Media[]): Promise<void> {
    const altOf = new Map(wanted.map((one) => [one.remoteUrl, one.alt]));
    for (const row of rows) {
      const alt = altOf.get(row.remoteUrl);
      if (alt !== undefined && alt !== row.alt) await store.change(row._id, null, { alt });
    }
  }

  /** For whom its post is now: signed addresses go on working for whoever may read another post with it. */
  async function openOrClose(rows: Media[], wanted: Media[]): Promise<void> {
    const openOf = new Map(wanted.map((one) => [one.remoteUrl, one.open === true]));
    for (const row of rows) {
      const open = openOf.get(row.remoteUrl);
      if (open !== undefined && open !== (row.open === true))
        await store.change(row._id, null, { open });
    }
  }

  async function replaceOlder(owner: string, media: Media[]): Promise<void> {
    for (const purpose of ['avatar', 'header'] as const) {
      const current = media.filter((one) => one.purpose === purpose).map((one) => one._id);
      if (current.length === 0) continue;
      const expiresAt = kit.clock.now() + KEEP_REPLACED_MS;
      await store.expireOthers(owner, purpose, current, expiresAt);
      for (const id of current) await store.change(id, null, { attachedTo: owner }, ['expiresAt']);
    }
  }

  async function fetchAhead(media: Media[]): Promise<void> {
    const { waiting = 0, prioritized = 0 } = await kit.queues.counts('media');
    if (waiting + prioritized > MOST_WAITING) return;
    for (const one of media) {
      if (one.state === 'remote' && isPictureType(one.mediaType)) await deps.enqueue(one._id);
    }
  }

  function toMedia(owner: string, picture: RemotePicture): Media[] {
    const remoteUrl = parseIri(picture.url);
    if (remoteUrl === null) return [];
    const { width, height, blurhash, focus } = picture;
    const title = remoteTitle(picture.mediaType.toLowerCase(), picture.alt);
    return [
      {
        _id: kit.nextId(),
        owner,
        state: 'remote',
        purpose: picture.purpose,
        ...(picture.open && { open: true }),
        ...(title !== null && { kind: 'document' as const, title }),
        ...(recordings.ffmpeg() && recordingOf(picture.mediaType)),
        mediaType: picture.mediaType.slice(0, 100).toLowerCase(),
        alt: picture.alt.slice(0, ALT_CHARACTERS),
        focus: focus && Math.abs(focus.x) <= 1 && Math.abs(focus.y) <= 1 ? focus : { x: 0, y: 0 },
        ...(blurhash && BLURHASH.test(blurhash) && { blurhash }),
        ...(isSide(width) && isSide(height) && { width, height }),
        name: randomName(),
        files: {},
        remoteUrl,
        remoteHost: iriHost(remoteUrl),
        attempts: 0,
        createdAt: kit.clock.now(),
      },
    ];
  }
}

/** What is claimed to be a video or sound is fetched as one when somebody plays it. */
function recordingOf(mediaType: string): { kind: 'video' | 'audio' } | null {
  const [claimed] = mediaType.toLowerCase().split('/');
  return claimed === 'video' || claimed === 'audio' ? { kind: claimed } : null;
}

function isSide(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= 100_000;
}
