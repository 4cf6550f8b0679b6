/** The media job: re-encodes an upload, or fetches and re-encodes a remote picture. */
import { buffer } from 'node:stream/consumers';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { keepDocument } from './keep-document.ts';
import type { KeepRecording } from './keep-recording.ts';
import { loadEncoder } from './load-encoder.ts';
import type { Media } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { MOST_ATTEMPTS, retryPause } from './picture.ts';
import { encodeLimits, keepFiles } from './upload-picture.ts';

const BEAT_MS = 15_000;

/** Never throws for a bad picture: that is an outcome, kept with the document. */
export function createProcessMedia(deps: { kit: Kit; store: MediaStore; recorder: KeepRecording }) {
  const { kit, store, recorder } = deps;
  const limits = encodeLimits(kit.config);

  return async function processMedia(id: string): Promise<void> {
    const media = await store.get(id);
    if (media?.state === 'processing') return processUpload(id);
    if (media?.state === 'remote' && !media.withheld) await fetchRemote(media);
  };

  async function processUpload(id: string): Promise<void> {
    const media = await store.beginAttempt(id, 'processing', { queuedAt: kit.clock.now() });
    if (!media) return;
    if (media.attempts > MOST_ATTEMPTS) return fail(media, 'could not be processed');
    const opened = media.uploadKey ? await kit.blobs.open(media.uploadKey) : null;
    if (!opened) return fail(media, 'was not received as a whole; send it again');
    if (isRecording(media)) return encodeUpload(media);
    const { encodePicture } = await loadEncoder();
    try {
      const picture = await encodePicture(await buffer(opened.stream), media.purpose, limits);
      await store.change(id, 'processing', await keepFiles(kit, media, picture), ['uploadKey']);
      if (media.uploadKey) await kit.blobs.remove(media.uploadKey);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await fail(media, error.problems[0]?.message ?? error.message);
    }
  }

  async function encodeUpload(media: Media): Promise<void> {
    // Long work is no lost work.
    const beat = setInterval(() => {
      const alive = store.change(media._id, 'processing', { queuedAt: kit.clock.now() });
      alive.catch((error) => kit.log.warn({ err: error, media: media._id }, 'media heartbeat'));
    }, BEAT_MS);
    try {
      const made = await recorder.ofUpload(media);
      await store.change(media._id, 'processing', made, ['uploadKey']);
      if (media.uploadKey) await kit.blobs.remove(media.uploadKey);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await fail(media, error.problems[0]?.message ?? error.message);
    } finally {
      clearInterval(beat);
    }
  }

  async function fail(media: Media, failure: string): Promise<void> {
    await store.change(media._id, media.state, { state: 'failed', failure }, ['uploadKey']);
    if (media.uploadKey) await kit.blobs.remove(media.uploadKey);
  }

  async function fetchRemote({ _id: id, ...before }: Media): Promise<void> {
    const now = kit.clock.now();
    if ((before.retryAt ?? 0) > now) return;
    // Put off before it is tried: a picture that breaks the worker breaks it rarely.
    const retryAt = now + retryPause(before.attempts + 1);
    const media = await store.beginAttempt(id, 'remote', { retryAt });
    if (!media?.remoteUrl) return;
    const fetched = await kit.remote.bytes(media.remoteUrl, kit.config.media.max_remote_bytes);
    if (fetched.kind !== 'ok') {
      const reason = 'reason' in fetched ? fetched.reason : 'it is gone';
      return later(media, reason);
    }
    try {
      const made = await keepRemote(media, fetched.body);
      const ready = { ...made, seenAt: now, attempts: 0 };
      const kept = await store.change(id, 'remote', ready, ['retryAt', 'failure']);
      // Removed while it was being fetched: the files go with it.
      if (!kept)
        for (const file of Object.values(ready.files ?? {})) await kit.blobs.remove(file.key);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // What its origin serves may be another file tomorrow, but not in a minute.
      await later(media, error.problems[0]?.message ?? error.message, MOST_ATTEMPTS + 2);
    }
  }

  async function keepRemote(media: Media, body: Buffer): Promise<Partial<Media>> {
    if (media.kind === 'document') return keepDocument(kit, media, body);
    if (isRecording(media)) return recorder.ofBytes(media, body);
    const { encodePicture } = await loadEncoder();
    return keepFiles(kit, media, await encodePicture(body, media.purpose, limits));
  }

  async function later(media: Media, failure: string, attempts = media.attempts): Promise<void> {
    kit.log.info({ media: media._id, host: media.remoteHost, failure }, 'remote picture not had');
    const retryAt = kit.clock.now() + retryPause(attempts);
    // Where it cannot be had here, apps show a link to it.
    const unset = isRecording(media) ? ['kind' as const] : [];
    await store.change(media._id, 'remote', { failure, retryAt }, unset);
  }
}

function isRecording({ kind }: Media): boolean {
  return kind === 'video' || kind === 'gifv' || kind === 'audio';
}

export type ProcessMedia = ReturnType<typeof createProcessMedia>;
