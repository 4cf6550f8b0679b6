/** The admin's part of partner agreements; names of partners for all members. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { forbidden, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import { copyLevelSchema, scopesSchema } from './agreement.ts';
import { type Agreement, COPIES_THEN, type Limits, SCOPES } from './partners.ts';
import {
  viewAgreement,
  viewForeseen,
  viewPause,
  viewPendingHost,
  viewRecord,
  viewReport,
} from './partners-view.ts';

const BASE = '/api/mitoyen/v1/partners';

const groups = z.union([z.literal('all'), z.array(z.string().max(2048)).max(200)]);
const purpose = z.string().max(2000);
const date = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'is not a date like 2027-12-31',
});
const limits = z
  .object({
    media_bytes: z.int().min(1024).max(1_073_741_824).nullish(),
    copy_days: z.int().min(1).max(36_500).nullish(),
    copies_then: z.enum(COPIES_THEN).default('purge'),
    copy_level: copyLevelSchema.optional(),
  })
  .transform(
    ({ media_bytes, copy_days, copies_then, copy_level }): Limits => ({
      ...(media_bytes && { mediaBytes: media_bytes }),
      ...(copy_days && { copyDays: copy_days }),
      copiesThen: copies_then,
      ...(copy_level && { copyLevel: copy_level }),
    }),
  );

const offerBody = z.object({
  host: z.string().min(1).max(300),
  purpose: purpose.default(''),
  scopes: scopesSchema.default([...SCOPES]),
  groups: groups.default('all'),
  limits: limits.optional(),
  expires_at: date.optional(),
});
const changeBody = z.object({
  purpose: purpose.optional(),
  scopes: scopesSchema.optional(),
  groups: groups.optional(),
  limits: limits.optional(),
  expires_at: date.nullish(),
});

export function addPartnersRoutes(endpoints: Endpoints, apis: Apis): void {
  const read = { auth: 'member', scope: 'admin:read:partners' } as const;
  const write = { auth: 'member', scope: 'admin:write:partners' } as const;

  async function shown(agreement: Agreement) {
    return viewAgreement(agreement, (await apis.partners.status([agreement])).get(agreement._id));
  }

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/names`,
      summary: 'Partner companies by host',
      auth: 'member',
      scope: 'read:accounts',
    },
    async () =>
      Object.fromEntries((await apis.partners.names()).map(({ host, name }) => [host, name])),
  );

  endpoints.define(
    { ...read, method: 'get', path: BASE, summary: 'Agreements and hosts that knocked (admin)' },
    async ({ account }) => {
      adminOnly(account);
      const { agreements, pending } = await apis.partners.list();
      const status = await apis.partners.status(agreements);
      return {
        agreements: agreements.map((one) => viewAgreement(one, status.get(one._id))),
        pending: pending.map(viewPendingHost),
        pauses: (await apis.partners.pauses()).map(viewPause),
      };
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/offer`,
      summary: 'Offers an agreement to a host (admin)',
      body: offerBody,
    },
    async ({ account, body }) => {
      adminOnly(account);
      const { host, expires_at, ...terms } = body;
      const offered = await apis.partners.offer(
        host,
        { ...present(terms), ...(expires_at && { expiresAt: Date.parse(expires_at) }) },
        account._id,
      );
      return shown(offered);
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/change`,
      summary: 'Offers the terms in force with changes; they hold until it is accepted (admin)',
      body: changeBody,
    },
    async ({ account, params, body }) => {
      adminOnly(account);
      const { expires_at, ...changes } = body;
      const expiresAt = typeof expires_at === 'string' ? Date.parse(expires_at) : expires_at;
      const change = { ...present(changes), ...(expiresAt !== undefined && { expiresAt }) };
      return shown(await apis.partners.change(params.host ?? '', change, account._id));
    },
  );

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/:host`,
      summary: 'Every version of the agreement with a host, with its signatures (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      const versions = await apis.partners.ofHost(params.host ?? '');
      if (versions.length === 0) throw notFound();
      const status = await apis.partners.status(versions);
      return Promise.all(versions.map((one) => viewRecord(one, status.get(one._id))));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/review`,
      summary: 'Fetches what a host offers, without accepting it (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      return shown(await apis.partners.review(params.host ?? ''));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/accept`,
      summary: 'Accepts what a host offers; with a digest, only that very offer (admin)',
      body: z.object({ digest: z.string().max(100).optional() }),
    },
    async ({ account, params, body }) => {
      adminOnly(account);
      const { digest } = body;
      const seen = digest === undefined ? {} : { digest };
      return shown(await apis.partners.accept(params.host ?? '', account._id, seen));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/withdraw`,
      summary: 'Takes back an offer that is not answered; what is in force stays (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      return shown(await apis.partners.withdraw(params.host ?? '', account._id));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/reject`,
      summary: 'Rejects what a host offers (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      return shown(await apis.partners.reject(params.host ?? '', account._id));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/:host/revoke`,
      summary: 'Ends an agreement at once, with a report (admin)',
      body: z.object({ copies: z.enum(COPIES_THEN).optional() }),
    },
    async ({ account, params, body }) => {
      adminOnly(account);
      const options = body.copies ? { copies: body.copies } : {};
      const { agreement } = await apis.partners.revoke(params.host ?? '', account._id, options);
      return shown(agreement);
    },
  );

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/:host/revoke`,
      summary: 'What ending the agreement would stop and remove now, without ending it (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      const { agreement, counts } = await apis.partners.foresee(params.host ?? '');
      return viewForeseen(agreement.host, counts);
    },
  );

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/:host/report`,
      summary: 'The report of the last agreement that ended (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      const { agreements } = await apis.partners.list();
      const ended = agreements.find(({ host, report }) => host === params.host && report);
      if (!ended?.report) throw notFound();
      return { host: ended.host, name: ended.them.name, ...viewReport(ended.report) };
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'delete',
      path: `${BASE}/pending/:host`,
      summary: 'Forgets a host that knocked (admin)',
    },
    async ({ account, params }) => {
      adminOnly(account);
      await apis.partners.forget(params.host ?? '');
      return {};
    },
  );
}

/** Without what was left out: an absent field and an undefined one are two things to what follows. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export function adminOnly(account: Account): void {
  if (account.role !== 'admin') throw forbidden('Only admins decide about partners');
}
