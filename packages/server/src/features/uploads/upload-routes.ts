/** Uploads in parts over HTTP: tus 1.0 (https://tus.io/protocols/resumable-upload) at /api/mitoyen/v1/uploads. */
import { isId } from '@mitoyen/protocol';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { FinishUpload } from './finish-upload.ts';
import type { ReceivePart } from './receive-part.ts';
import { isWhole, parseBytes, type Resumable, TUS_EXTENSIONS, TUS_VERSION } from './resumable.ts';
import type { ResumableStore } from './resumable-store.ts';
import type { StartUpload } from './start-upload.ts';

const ROAD = '/api/mitoyen/v1/uploads';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });
const PART_TYPE = 'application/offset+octet-stream';
const VERSION = { 'Tus-Resumable': `The version of the protocol: ${TUS_VERSION}` };
const TELLS = {
  ...VERSION,
  'Upload-Offset': 'Bytes that are here',
  'Upload-Length': 'Bytes of the whole file',
  'Upload-Expires': 'When what has come is forgotten',
};
const errors = { 412: `Another version of the protocol than ${TUS_VERSION}` };
const PART = {
  bodyType: PART_TYPE,
  headers: { takes: { ...VERSION, 'Upload-Offset': 'Where these bytes begin' }, gives: TELLS },
  errors: {
    ...errors,
    409: 'The bytes do not begin where the upload ends, or others come in at this moment',
    413: 'More bytes than the upload was begun with',
    415: `The body is not ${PART_TYPE}`,
  },
};

export function addUploadRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: ResumableStore;
    start: StartUpload;
    receive: ReceivePart;
    finishing: FinishUpload;
  },
): void {
  const { kit, apis, store, start, receive, finishing } = deps;
  const writing = { auth: 'member', scope: 'write:media', rawBody: true } as const;

  async function own(id: string, owner: string): Promise<Resumable> {
    const upload = await store.get(id, owner);
    if (!upload || upload.expiresAt <= kit.clock.now()) throw notFound();
    return upload;
  }

  function tell(ctx: Context, upload: Resumable): void {
    ctx.set({
      'Upload-Offset': String(upload.offset),
      'Upload-Length': String(upload.length),
      'Upload-Expires': new Date(upload.expiresAt).toUTCString(),
    });
  }

  async function view(upload: Resumable) {
    const { _id, length, offset, expiresAt, media, failure } = upload;
    const views = await apis.media.present(media ? [media] : []);
    return {
      id: _id,
      length,
      offset,
      expires_at: new Date(expiresAt).toISOString(),
      media: (media && views.get(media)) ?? null,
      error: failure ?? null,
    };
  }

  async function addPart(ctx: Context, id: string, owner: string): Promise<null> {
    if (!ctx.is(PART_TYPE))
      throw new AppError('unsupported_media', `Send the bytes as ${PART_TYPE}`);
    const offset = parseBytes(ctx.get('upload-offset'));
    if (offset === null) throw problem('upload_offset', 'is not a number of bytes');
    const upload = await own(id, owner);
    // Where it is refused on the way, the connection stays for the answer.
    const bytes = ctx.req.iterator({ destroyOnReturn: false });
    const longer = await receive(upload, offset, bytes);
    tell(ctx, longer);
    if (isWhole(longer)) await finishing.finish(longer);
    return null;
  }

  async function end(id: string, owner: string): Promise<null> {
    await finishing.drop(await own(id, owner));
    return null;
  }

  endpoints.router.options([ROAD, `${ROAD}/:id`], (ctx: Context) => {
    ctx.set({
      'Tus-Resumable': TUS_VERSION,
      'Tus-Version': TUS_VERSION,
      'Tus-Extension': TUS_EXTENSIONS,
      'Tus-Max-Size': String(apis.media.maxUploadBytes()),
    });
  });

  endpoints.define(
    {
      ...writing,
      method: 'post',
      path: ROAD,
      summary: 'Begin an upload that may be interrupted (tus 1.0); Location says where it goes on',
      headers: {
        takes: {
          ...VERSION,
          'Upload-Length': 'Bytes of the whole file',
          'Upload-Metadata':
            'Names with values in Base64: `filename`, and if wanted `description` and `focus`',
        },
        gives: { ...TELLS, Location: 'Where it goes on' },
      },
      errors: { ...errors, 413: 'The file is larger than is taken, or than there is room for' },
      status: 201,
    },
    async ({ account, ctx }) => {
      if (!speaksTus(ctx)) return null;
      const upload = await start(account._id, {
        length: ctx.get('upload-length'),
        metadata: ctx.get('upload-metadata'),
      });
      tell(ctx, upload);
      ctx.set('Location', `${kit.baseUrl}${ROAD}/${upload._id}`);
      return view(upload);
    },
  );

  endpoints.define(
    {
      ...writing,
      method: 'get',
      path: `${ROAD}/:id`,
      summary: 'How far an upload is (HEAD: in headers), and the media that it became',
      params,
      headers: { gives: TELLS },
    },
    async ({ account, params: { id }, ctx }) => {
      let upload = await own(id, account._id);
      if (ctx.method !== 'HEAD' || speaksTus(ctx)) {
        // A process that died after the last part left this to be done.
        if (isWhole(upload))
          upload = await finishing.finish(upload).catch(() => own(id, account._id));
        tell(ctx, upload);
        return view(upload);
      }
      return null;
    },
  );

  endpoints.define(
    {
      ...writing,
      method: 'patch',
      path: `${ROAD}/:id`,
      summary: 'Add bytes to an upload at its offset (tus 1.0)',
      params,
      ...PART,
      status: 204,
    },
    async ({ account, params: { id }, ctx }) =>
      speaksTus(ctx) ? addPart(ctx, id, account._id) : null,
  );

  endpoints.define(
    {
      ...writing,
      method: 'delete',
      path: `${ROAD}/:id`,
      summary: 'End an upload and forget what has come; a media that it became stays',
      params,
      headers: { takes: VERSION, gives: VERSION },
      errors,
      status: 204,
    },
    async ({ account, params: { id }, ctx }) => (speaksTus(ctx) ? end(id, account._id) : null),
  );

  endpoints.define(
    {
      ...writing,
      method: 'post',
      path: `${ROAD}/:id`,
      summary:
        'The same as X-HTTP-Method-Override says, where a proxy lets no PATCH or DELETE pass',
      params,
      ...PART,
      status: 204,
    },
    async ({ account, params: { id }, ctx }) => {
      if (!speaksTus(ctx)) return null;
      const method = ctx.get('x-http-method-override').toUpperCase();
      if (method === 'PATCH') return addPart(ctx, id, account._id);
      if (method === 'DELETE') return end(id, account._id);
      throw problem('x_http_method_override', 'is neither PATCH nor DELETE');
    },
  );
}

/** Says our version; answers 412 to whoever speaks another. */
function speaksTus(ctx: Context): boolean {
  ctx.set('Tus-Resumable', TUS_VERSION);
  if (ctx.get('tus-resumable') === TUS_VERSION) return true;
  ctx.set('Tus-Version', TUS_VERSION);
  ctx.status = 412;
  ctx.body = { error: `Send the header Tus-Resumable: ${TUS_VERSION}` };
  return false;
}

function problem(field: string, message: string): AppError {
  return invalid({ field, code: 'ERR_INVALID', message });
}
