/** Uploads over the API (Mastodon's media v1 and v2). */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { Intake } from './intake.ts';
import type { Media } from './media.ts';
import type { MediaStore } from './media-store.ts';
import { type UrlOf, viewMedia } from './media-view.ts';
import { parseFocus } from './picture.ts';
import type { Quota } from './quota.ts';
import type { RemoveMedia } from './remove-media.ts';
import { altProblems, checkAlt } from './upload-picture.ts';

/** Most pictures are done in this time: then the first answer is the whole answer. */
const SHORT_WAIT_MS = 700;
/** Version 1 of the API has no word for "not yet". */
const LONG_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 40;

const focusField = z
  .string()
  .optional()
  .transform((text, ctx) => {
    if (text === undefined || text.trim() === '') return undefined;
    const focus = parseFocus(text);
    if (focus) return focus;
    ctx.addIssue({ code: 'custom', message: 'is not two numbers between -1 and 1, as 0.0,0.5' });
    return z.NEVER;
  });
const rules = ({ description }: Record<string, unknown>) =>
  typeof description === 'string' ? altProblems(description) : [];
const about = z.object({ description: z.string().optional(), focus: focusField });

export function addMediaRoutes(
  endpoints: Endpoints,
  deps: { store: MediaStore; intake: Intake; removal: RemoveMedia; quota: Quota; urlOf: UrlOf },
): void {
  const { store, intake, removal, quota } = deps;

  async function take(
    account: Account,
    files: Record<string, UploadedFile>,
    body: z.output<typeof about>,
  ): Promise<Media> {
    await intake.countUpload(account._id);
    const { file } = files;
    if (!file) throw invalid({ field: 'file', code: 'ERR_BLANK', message: 'is missing' });
    return intake.accept(file, account._id, {
      alt: body.description ?? '',
      focus: body.focus ?? { x: 0, y: 0 },
    });
  }

  async function own(id: string, account: Account): Promise<Media> {
    const media = await store.get(id);
    if (!media || media.owner !== account._id || media.state === 'removing') throw notFound();
    return media;
  }

  async function waitFor(media: Media, milliseconds: number): Promise<Media> {
    const until = performance.now() + milliseconds;
    let current = media;
    while (current.state === 'processing' && performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      current = (await store.get(media._id)) ?? media;
    }
    return current;
  }

  function answer(media: Media) {
    if (media.state === 'failed') {
      const message = media.failure ?? 'could not be processed';
      throw invalid({ field: 'file', code: 'ERR_INVALID', message });
    }
    return viewMedia(deps.urlOf, media);
  }

  endpoints.define(
    {
      method: 'post',
      path: '/api/v2/media',
      summary: 'Uploads a picture or a document; 202 while it is being processed',
      auth: 'member',
      scope: 'write:media',
      body: about,
      rules,
      maxFileBytes: intake.maxUploadBytes,
      files: ['file'],
      alsoStatus: { 202: 'Taken, and being processed: ask for it by its id' },
    },
    async ({ account, files, body, ctx }) => {
      const media = await waitFor(await take(account, files, body), SHORT_WAIT_MS);
      const view = answer(media);
      if (media.state === 'processing') ctx.status = 202;
      return view;
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/media',
      summary: 'Uploads a picture or a document and waits until it is processed',
      auth: 'member',
      scope: 'write:media',
      body: about,
      rules,
      maxFileBytes: intake.maxUploadBytes,
      files: ['file'],
    },
    async ({ account, files, body }) => {
      const media = await waitFor(await take(account, files, body), LONG_WAIT_MS);
      if (media.state === 'processing') {
        throw new AppError('unavailable', 'The picture is still being processed; ask for it later');
      }
      return answer(media);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/media/:id',
      summary: 'One of your uploads; 206 while it is being processed',
      alsoStatus: { 206: 'Still being processed: ask again' },
      auth: 'member',
      scope: 'write:media',
    },
    async ({ account, params, ctx }) => {
      const media = await own(params.id ?? '', account);
      const view = answer(media);
      if (media.state === 'processing') ctx.status = 206;
      return view;
    },
  );

  endpoints.define(
    {
      method: 'put',
      path: '/api/v1/media/:id',
      summary: 'Changes the alternative text or the focal point of an upload',
      auth: 'member',
      scope: 'write:media',
      body: about,
      rules,
    },
    async ({ account, params, body }) => {
      const media = await own(params.id ?? '', account);
      const { description, focus } = body;
      if (description !== undefined) checkAlt(description);
      const changed = await store.change(media._id, null, {
        ...(description !== undefined && { alt: description }),
        ...(focus && { focus }),
      });
      return answer(changed ?? media);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/media/usage',
      summary: 'Bytes that your files take, and how many they may',
      auth: 'member',
      scope: 'read:accounts',
    },
    ({ account }) => quota.usageOf(account._id),
  );

  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/media/:id',
      summary: 'Removes an upload that no post uses',
      auth: 'member',
      scope: 'write:media',
    },
    async ({ account, params }) => {
      const media = await own(params.id ?? '', account);
      if (media.attachedTo !== undefined) {
        throw invalid({ field: 'id', code: 'ERR_INVALID', message: 'is used by a post' });
      }
      await removal.remove([media]);
      return {};
    },
  );
}
