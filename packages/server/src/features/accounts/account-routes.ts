/** The client API of accounts: others', and finding them. */
import { iriHost, isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { type Account, isColleague, isStaff } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { plainWords } from './account-store.ts';
import type { AccountViews } from './account-view.ts';

const accountParams = z.object({ id: z.string().refine(isId, 'is not an account id') });
/** People looked at in a search. */
const MOST_SEARCHED = 200;
/** Mastodon's directory is paged by offset; ours, by name, has no end. */
const MOST_DIRECTORY = 2000;
const limit = pageLimit(40, 80);
export function addAccountRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AccountStore; views: AccountViews },
): void {
  const { apis, store, views } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/lookup',
      summary: 'An account by its handle, without asking its server',
      auth: 'optional',
      query: z.object({ acct: z.string().min(1).max(500) }),
    },
    async ({ account, query }) => {
      const found = await visible(account, await apis.accounts.byHandle(query.acct));
      return one(found, account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/search',
      summary: 'Accounts whose name or handle begins so; resolve: ask the server of a full handle',
      auth: 'member',
      scope: 'read:accounts',
      query: z.object({
        q: z.string().min(1).max(500),
        limit,
        resolve: flag.optional(),
        following: flag.optional(),
        offset: z.coerce.number().int().min(0).max(MOST_SEARCHED).catch(0).default(0),
      }),
    },
    async ({ account, query }) => {
      const { offset, limit: most } = query;
      const found = await apis.accounts.search(query.q, account, {
        // Whom somebody follows is looked for among more.
        limit: query.following ? MOST_SEARCHED : offset + most,
        resolve: query.resolve ?? false,
      });
      const wanted = query.following
        ? await apis.relations.followsAmong(
            account._id,
            found.map((one) => one._id),
          )
        : null;
      return list(
        found.filter((one) => !wanted || wanted.has(one._id)).slice(offset, offset + most),
        account,
      );
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts',
      summary: 'Several accounts by id',
      auth: 'optional',
      query: z.object({
        id: z.preprocess(
          (value) => (Array.isArray(value) ? value : [value].filter(Boolean)),
          z.array(z.string()).max(80),
        ),
      }),
    },
    async ({ account, query }) => {
      const found = await apis.accounts.getMany(query.id);
      const hidden = await apis.groups.hiddenFor(
        account,
        found.map((one) => one._id),
      );
      return list(
        found.filter((one) => isShownTo(account, one) && !hidden.has(one._id)),
        account,
      );
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/:id',
      summary: 'An account',
      auth: 'optional',
      params: accountParams,
    },
    async ({ account, params }) => {
      const found = await visible(account, await apis.accounts.get(params.id));
      apis.freshness.profileSeen(found);
      return one(found, account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/directory',
      summary: 'People of this company, by name',
      auth: 'member',
      scope: 'read:accounts',
      query: z.object({ after: z.string().max(60).optional(), limit }),
    },
    async ({ account, query }) => {
      if (account.role === 'guest') throw notFound();
      const people = await store.people(query);
      return list(
        people.filter((person) => person.state === 'active'),
        account,
      );
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/directory',
      summary: 'People of this company, those who wrote last (or came last) first',
      auth: 'member',
      scope: 'read:accounts',
      query: z.object({
        offset: z.coerce.number().int().min(0).max(MOST_DIRECTORY).catch(0).default(0),
        limit,
        order: z.enum(['active', 'new']).catch('active').default('active'),
      }),
    },
    async ({ account, query: { offset, order, ...query } }) => {
      if (account.role === 'guest') throw notFound();
      const people = (await store.people({ limit: MOST_DIRECTORY })).filter(isColleague);
      const rank = (person: Account) =>
        order === 'new' ? person.createdAt : (person.lastPostAt ?? 0);
      const sorted = people.toSorted((a, b) => rank(b) - rank(a));
      return list(sorted.slice(offset, offset + query.limit), account);
    },
  );

  async function visible(viewer: Account | null, account: Account | null): Promise<Account> {
    if (!account || !isShownTo(viewer, account)) throw notFound();
    const hidden = await apis.groups.hiddenFor(viewer, [account._id]);
    if (hidden.has(account._id)) throw notFound();
    return account;
  }

  /** Without sign-in only an open server shows profiles, and only its own. */
  function isShownTo(viewer: Account | null, { domain }: Account): boolean {
    return viewer !== null || (domain === null && apis.policy.mode() === 'open');
  }

  async function one(account: Account, viewer: Account | null) {
    return (await list([account], viewer))[0];
  }

  /** Of groups, with the numbers that the viewer may know. */
  async function list(accounts: Account[], viewer: Account | null) {
    const groups = accounts.filter(({ kind }) => kind === 'group').map(({ _id }) => _id);
    const [shown, counts] = await Promise.all([
      views.present(accounts),
      apis.groups.counts(viewer, groups),
    ]);
    return accounts.flatMap((account) => {
      const view = shown.get(account._id);
      const { members, posts } = counts.get(account._id) ?? {};
      if (!view || members === undefined) return view ?? [];
      return { ...view, followers_count: members, statuses_count: posts };
    });
  }
}

/** Finds by words, or by a handle or address, asking its server where told to. */
export function createAccountSearch(deps: { kit: Kit; apis: Apis; store: AccountStore }) {
  const { apis, store } = deps;
  return async function search(
    q: string,
    viewer: Account,
    options: { limit: number; resolve: boolean },
  ): Promise<Account[]> {
    const text = q.trim();
    if (text === '') throw invalid({ field: 'q', code: 'ERR_BLANK', message: "can't be blank" });
    const exact = await byName(text, options.resolve);
    const words = plainWords(text).slice(0, 5);
    const named = words.length > 0 ? await store.search(words, options.limit + 20) : [];
    // Who is silenced is found by the whole name alone.
    const found = named.filter((one) => isInDirectory(one) && one.restricted === undefined);
    const all = [
      ...(exact ? [exact] : []),
      ...found.filter((account) => account._id !== exact?._id),
    ];
    const hidden = await apis.groups.hiddenFor(
      viewer,
      all.map((account) => account._id),
    );
    return all
      .filter((one) => !hidden.has(one._id) && !isMachinery(one))
      .filter(({ restricted }) => restricted !== 'suspended' || isStaff(viewer))
      .slice(0, options.limit);
  };

  /** People of a partner that does not share its directory are found by their address alone. */
  function isInDirectory({ domain, kind, iri }: Account): boolean {
    return domain === null || kind !== 'person' || apis.policy.allows(iriHost(iri), 'directory');
  }

  function byName(text: string, resolve: boolean): Promise<Account | null> {
    if (/^https?:\/\//i.test(text))
      return resolve ? apis.accounts.resolveIri(text, { asked: true }) : apis.accounts.byIri(text);
    const isHandle = /^@?[^@\s]+@[^@\s]+$/.test(text);
    if (isHandle && resolve) return apis.accounts.resolveHandle(text);
    return apis.accounts.byHandle(text.replace(/^@/, '').toLowerCase());
  }
}

/** The server itself, and what reports in its name. */
function isMachinery({ kind, domain }: Account): boolean {
  return kind === 'application' || (kind === 'service' && domain === null);
}
