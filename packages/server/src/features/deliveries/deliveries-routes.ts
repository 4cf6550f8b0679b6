/** What has not got through, to other servers and from them, for admins: listed with reasons, and tried again. */
import { z } from 'zod';
import type { FailedReceipt } from '../../inbox/failed-receipts.ts';
import type { Kit } from '../../kit.ts';
import type { HeldDelivery } from '../../outbox/outbox.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import type { Account } from '../accounts/account.ts';

const BASE = '/api/mitoyen/v1/admin/deliveries';
const READ = { auth: 'member', scope: 'admin:read' } as const;
const WRITE = { auth: 'member', scope: 'admin:write' } as const;

const host = z.string().min(1).max(300);
const listQuery = z.object({
  state: z.enum(['waiting', 'dead']).default('dead'),
  host: host.optional(),
  /** The `next_at` of the last one of the page before. */
  before: z.iso.datetime().optional(),
  limit: pageLimit(50, 200),
});
const inboundQuery = z.object({
  host: host.optional(),
  /** The `at` of the last one of the page before. */
  before: z.iso.datetime().optional(),
  limit: pageLimit(50, 200),
});
const retryBody = z.object({ host: host.optional() });

export function addDeliveriesRoutes(
  endpoints: Endpoints,
  { outbox, failedInbound }: Pick<Kit, 'outbox' | 'failedInbound'>,
): void {
  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: BASE,
      summary: 'Deliveries that wait, or were given up, with the reason (admin)',
      query: listQuery,
    },
    async ({ account, query: { before, ...query } }) => {
      onlyAdmins(account);
      const held = await outbox.held({ ...query, ...(before && { before: Date.parse(before) }) });
      return held.map(viewDelivery);
    },
  );

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${BASE}/hosts`,
      summary: 'Hosts to which something has not got through, and why (admin)',
    },
    async ({ account }) => {
      onlyAdmins(account);
      return (await outbox.sickHosts()).map(({ host: name, figures }) => ({
        host: name,
        waiting: figures.waiting,
        dead: figures.dead,
        oldest_at: figures.oldestAt && new Date(figures.oldestAt).toISOString(),
        last_error: figures.lastError,
      }));
    },
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'post',
      path: `${BASE}/retry`,
      summary: 'Sends again what waits or was given up, to one host or to all (admin)',
      body: retryBody,
    },
    async ({ account, body }) => {
      onlyAdmins(account);
      return { queued: await outbox.retry(body.host ?? null) };
    },
  );

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${BASE}/inbound`,
      summary: 'What came in and could not be processed, with the reason (admin)',
      query: inboundQuery,
    },
    async ({ account, query: { before, ...query } }) => {
      onlyAdmins(account);
      const found = await failedInbound.list({
        ...query,
        ...(before && { before: Date.parse(before) }),
      });
      return found.map(viewFailed);
    },
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'post',
      path: `${BASE}/inbound/retry`,
      summary: 'Processes again what came in and failed, of one host or of all (admin)',
      body: retryBody,
    },
    async ({ account, body }) => {
      onlyAdmins(account);
      return { queued: await failedInbound.retry(body.host ?? null) };
    },
  );
}

export function viewFailed({ at, ...one }: FailedReceipt) {
  return { ...one, at: new Date(at).toISOString() };
}

export function viewDelivery(one: HeldDelivery) {
  return {
    activity: one.activity,
    host: one.host,
    inbox: one.inbox,
    state: one.state,
    attempts: one.attempts,
    reason: one.reason,
    first_at: new Date(one.firstAt).toISOString(),
    next_at: new Date(one.nextAt).toISOString(),
  };
}

function onlyAdmins(account: Account): void {
  if (account.role !== 'admin') throw new AppError('forbidden', 'Only admins may do this');
}
