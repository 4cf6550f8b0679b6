/** People for admins: who is here in which state, and what they may do. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { AppError, forbidden, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { Page } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { Authentication } from './authentication.ts';

const PATH = '/api/mitoyen/v1/admin/people';
const ROLES = ['admin', 'moderator', 'member', 'guest'] as const;
const STATES = ['active', 'awaiting_approval', 'suspended'] as const;
/** People read for one answer: a rare state is looked for so far, then the next page goes on. */
const BATCH = 200;
const MOST_BATCHES = 10;

const listQuery = z.object({
  state: z.enum(STATES).optional(),
  role: z.enum(ROLES).optional(),
  q: z.string().trim().max(100).optional(),
  after: z.string().max(60).optional(),
  limit: pageLimit(60, 200),
});

export function addPeopleRoutes(
  endpoints: Endpoints,
  deps: {
    apis: Apis;
    authentication: Pick<Authentication, 'createSignInLink' | 'revokeAll'>;
    reasons: (accounts: string[]) => Promise<Map<string, string>>;
  },
): void {
  const { apis, authentication } = deps;

  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'Everybody of this company by user name, by state, role or words (moderators)',
      auth: 'member',
      scope: 'admin:read',
      query: listQuery,
    },
    async ({ account, query }) => {
      if (account.role !== 'admin' && account.role !== 'moderator') throw forbidden();
      const { found, next } = await collect(query);
      const views = await apis.accounts.present(found.map((one) => one._id));
      const waiting = found.filter((one) => one.state === 'awaiting_approval');
      const reasons = await deps.reasons(waiting.map((one) => one._id));
      const rows = found.flatMap((one) => {
        const view = views.get(one._id);
        const reason = reasons.get(one._id) ?? null;
        return view ? [{ account: view, state: one.state, role: one.role, reason }] : [];
      });
      return new Page(rows, { next: next ? { after: next } : null, prev: null });
    },
  );

  endpoints.define(
    {
      method: 'put',
      path: `${PATH}/:id/role`,
      summary: 'Say what a person may do (admin)',
      auth: 'member',
      scope: 'admin:write',
      params: z.object({ id: z.string().max(40) }),
      body: z.object({ role: z.enum(ROLES) }),
    },
    async ({ account, params, body }) => {
      if (account.role !== 'admin') throw forbidden();
      // So there is always one admin left: the one who asks.
      if (params.id === account._id) throw forbidden('You cannot do this to your own account');
      const person = await apis.accounts.get(params.id);
      if (person?.domain !== null || person.kind !== 'person') throw notFound();
      const changed = await apis.accounts.setRole(person._id, body.role);
      return { id: changed._id, role: changed.role, state: changed.state };
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: `${PATH}/:id/sign_in_link`,
      summary: 'A link with which a person who is locked out signs in once (admin)',
      auth: 'member',
      scope: 'admin:write:accounts',
      params: z.object({ id: z.string().max(40) }),
    },
    async ({ account, params }) => {
      const person = await personFor(account, params.id);
      if (person.state !== 'active') throw new AppError('conflict', 'This person may not sign in');
      const { url, expiresAt } = await authentication.createSignInLink(person._id);
      return { url, expires_at: new Date(expiresAt).toISOString() };
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: `${PATH}/:id/sign_out`,
      summary: 'Sign a person out of every browser and app (admin)',
      auth: 'member',
      scope: 'admin:write:accounts',
      params: z.object({ id: z.string().max(40) }),
    },
    async ({ account, params }) => {
      const person = await personFor(account, params.id);
      await authentication.revokeAll(person._id);
      return {};
    },
  );

  async function personFor(admin: Account, id: string): Promise<Account> {
    if (admin.role !== 'admin') throw forbidden();
    if (id === admin._id) throw forbidden('You cannot do this to your own account');
    const person = await apis.accounts.get(id);
    if (person?.domain !== null || person.kind !== 'person') throw notFound();
    return person;
  }

  /** The next ones that are wanted, and where to go on; undefined at the end. */
  async function collect({ after, limit, ...wanted }: z.output<typeof listQuery>) {
    const found: Account[] = [];
    let cursor = after;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const people = await apis.accounts.people({ after: cursor, limit: BATCH });
      for (const person of people) {
        cursor = person.username;
        if (isWanted(person, wanted)) found.push(person);
        if (found.length >= limit) return { found, next: cursor };
      }
      if (people.length < BATCH) return { found, next: undefined };
    }
    return { found, next: cursor };
  }
}

function isWanted(
  person: Account,
  { state, role, q }: Pick<z.output<typeof listQuery>, 'state' | 'role' | 'q'>,
): boolean {
  if (state && person.state !== state) return false;
  if (role && person.role !== role) return false;
  return !q || `${person.username} ${person.displayName}`.toLowerCase().includes(q.toLowerCase());
}
