/** The audit log for admins: read and checked, never written. */
import { z } from 'zod';
import { forbidden } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { Page } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import { type Audit, type AuditEntry, VIAS } from './audit.ts';
import type { AuditStore } from './audit-store.ts';

const PATH = '/api/mitoyen/v1/admin/audit';
const text = z.string().max(300).optional();

export function addAuditRoutes(
  endpoints: Endpoints,
  deps: { store: AuditStore; audit: Audit },
): void {
  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'What admins did, newest first, by person, action, target or way (admin)',
      auth: 'member',
      scope: 'admin:read',
      query: z.object({
        by: text,
        action: text,
        target: text,
        via: z.enum(VIAS).optional(),
        max_id: z.coerce.number().int().positive().optional(),
        limit: pageLimit(50, 200),
      }),
    },
    async ({ account, query }) => {
      adminOnly(account);
      const { max_id, limit, ...wanted } = query;
      const filter = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
      const rows = await deps.store.page(filter, { limit, ...(max_id && { before: max_id }) });
      const lowest = rows.at(-1)?._id;
      const next = lowest && rows.length >= limit ? { max_id: String(lowest) } : null;
      return new Page(rows.map(viewEntry), { next, prev: null });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${PATH}/verify`,
      summary:
        'Whether the chain of the audit log is whole; with a head that was kept, whether it is in it (admin)',
      auth: 'member',
      scope: 'admin:read',
      query: z.object({ head: z.string().length(64).optional() }),
    },
    async ({ account, query }) => {
      adminOnly(account);
      const { entries, head, broken, headFound } = await deps.audit.verify(query.head);
      return { entries, head, broken, head_found: headFound };
    },
  );
}

function adminOnly(account: Account): void {
  if (account.role !== 'admin') throw forbidden();
}

function viewEntry({ _id, at, by, via, action, target, facts, hash }: AuditEntry) {
  return {
    id: String(_id),
    at: new Date(at).toISOString(),
    by,
    via,
    action,
    target,
    // The second line is for the server.
    facts: facts.split('\n')[0] ?? '',
    hash,
  };
}
