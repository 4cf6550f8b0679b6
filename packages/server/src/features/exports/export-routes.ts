/** An archive of my own things: /api/mitoyen/v1/exports. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Export } from './export.ts';
import type { ExportStore } from './export-store.ts';
import type { MakeExports } from './make-export.ts';

const ROAD = '/api/mitoyen/v1/exports';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });

export function addExportRoutes(
  endpoints: Endpoints,
  deps: { baseUrl: string; store: ExportStore; exports: MakeExports },
): void {
  const { baseUrl, store, exports } = deps;
  // Everything somebody has ever written: a narrow scope does not open it.
  const reading = { method: 'get', auth: 'member', scope: 'read' } as const;

  async function mine(id: string, account: string): Promise<Export> {
    const one = await store.get(id, account);
    if (!one) throw notFound();
    return one;
  }

  const view = ({ _id, state, bytes, createdAt, finishedAt, expiresAt }: Export) => ({
    id: _id,
    state,
    bytes: bytes ?? null,
    created_at: new Date(createdAt).toISOString(),
    finished_at: finishedAt ? new Date(finishedAt).toISOString() : null,
    expires_at: new Date(expiresAt).toISOString(),
    url: state === 'ready' ? `${baseUrl}${ROAD}/${_id}/archive` : null,
  });

  endpoints.define(
    {
      method: 'post',
      path: ROAD,
      summary: 'Make an archive of my own things',
      auth: 'member',
      scope: 'read',
    },
    async ({ account }) => view(await exports.ask(account._id)),
  );
  endpoints.define(
    { ...reading, path: ROAD, summary: 'My archives, newest first' },
    async ({ account }) => (await store.list(account._id)).map(view),
  );
  endpoints.define(
    { ...reading, path: `${ROAD}/:id`, summary: 'Whether an archive is ready', params },
    async ({ account, params: { id } }) => view(await mine(id, account._id)),
  );
  endpoints.define(
    {
      ...reading,
      path: `${ROAD}/:id/archive`,
      summary: 'The archive itself (zip)',
      params,
      answerType: 'application/zip',
    },
    async ({ account, params: { id }, ctx }) => {
      const one = await mine(id, account._id);
      const file = exports.fileOf(one._id);
      const found = one.state === 'ready' ? await stat(file).catch(() => null) : null;
      if (!found) throw notFound();
      ctx.status = 200;
      ctx.body = createReadStream(file);
      ctx.set({
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="mitoyen-${account.username}.zip"`,
        'Cache-Control': 'private, no-store',
      });
      ctx.length = found.size;
      return undefined;
    },
  );
  endpoints.define(
    {
      method: 'delete',
      path: `${ROAD}/:id`,
      summary: 'Remove an archive',
      auth: 'member',
      scope: 'write',
      params,
    },
    async ({ account, params: { id } }) => {
      await exports.remove(await mine(id, account._id));
      return {};
    },
  );
}
