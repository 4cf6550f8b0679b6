/** The client API of hosts that somebody hides, and of people that they recommend. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { FollowPeople } from './follow-people.ts';
import type { PersonalStore } from './personal-store.ts';
import type { RelationStore } from './relation-store.ts';
import type { createRelationshipViews } from './relationship-view.ts';

const params = z.object({ id: z.string().refine(isId, 'is not an account id') });
const domainField = z.object({
  domain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[\p{L}\p{N}.-]+(:\d{1,5})?$/u, 'is not a domain')
    .max(260)
    .optional(),
});
/** Follows ended at once when a host is hidden. */
const MOST_ENDED = 2000;

export function addPersonalRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: RelationStore;
    personal: PersonalStore;
    follows: FollowPeople;
    relationships: ReturnType<typeof createRelationshipViews>;
  },
): void {
  const { kit, apis, store, personal, follows, relationships } = deps;

  function domainOf(request: { body: { domain?: string }; query: { domain?: string } }): string {
    const domain = request.body.domain ?? request.query.domain;
    if (!domain) throw invalid({ field: 'domain', code: 'ERR_BLANK', message: "can't be blank" });
    if (domain === kit.ownHost || domain === kit.accountDomain)
      throw invalid({ field: 'domain', code: 'ERR_INVALID', message: 'is this server' });
    return domain;
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/domain_blocks',
      summary: 'Hosts whose people I do not see',
      auth: 'member',
      scope: 'read:blocks',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await personal.domainPage(account._id, idPageOf(query));
      return idPage(
        rows.map((row) => row.domain),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/domain_blocks',
      summary: 'Hide everybody of a host, and end follows with them',
      auth: 'member',
      scope: 'write:blocks',
      body: domainField,
      query: domainField,
    },
    async (request) => {
      const { account } = request;
      const domain = domainOf(request);
      if ((await personal.countDomains(account._id)) >= personal.mostDomains)
        throw invalid({
          field: 'domain',
          code: 'ERR_TOO_MANY',
          message: `would be more than ${personal.mostDomains}`,
        });
      await personal.hideDomain({ _id: kit.nextId(), account: account._id, domain });
      await endFollows(account, domain);
      return {};
    },
  );

  async function endFollows(account: Account, domain: string): Promise<void> {
    const rows = await store.followsWith(account._id, MOST_ENDED);
    const others = rows.map((row) => (row.follower === account._id ? row.target : row.follower));
    const there = new Set(
      (await apis.accounts.getMany([...new Set(others)]))
        .filter((other) => other.domain === domain)
        .map((other) => other._id),
    );
    for (const row of rows) {
      if (there.has(row.target)) await follows.end(row, 'follow.ended');
      else if (there.has(row.follower)) await follows.end(row, 'follow.rejected');
    }
  }

  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/domain_blocks',
      summary: 'Show people of a host again',
      auth: 'member',
      scope: 'write:blocks',
      body: domainField,
      query: domainField,
    },
    async (request) => {
      await personal.showDomain(request.account._id, domainOf(request));
      return {};
    },
  );

  for (const verb of ['endorse', 'pin', 'unendorse', 'unpin'] as const) {
    const adds = verb === 'endorse' || verb === 'pin';
    endpoints.define(
      {
        method: 'post',
        path: `/api/v1/accounts/:id/${verb}`,
        summary: adds ? 'Recommend somebody on my profile' : 'Recommend somebody no longer',
        auth: 'member',
        scope: 'write:accounts',
        params,
      },
      async ({ account, params: { id } }) => {
        const hidden = await apis.groups.hiddenFor(account, [id]);
        if (hidden.has(id) || !(await apis.accounts.get(id))) throw notFound();
        if (!adds) await personal.unendorse(account._id, id);
        else if (await apis.relations.isFollowing(account._id, id))
          await personal.endorse({ _id: kit.nextId(), account: account._id, target: id });
        else
          throw invalid({ field: 'id', code: 'ERR_INVALID', message: 'must be followed by you' });
        return (await relationships(account, [id]))[0];
      },
    );
  }

  const listed = { method: 'get', scope: 'read:accounts', query: pageQuery } as const;
  endpoints.define(
    {
      ...listed,
      path: '/api/v1/endorsements',
      summary: 'Whom I recommend',
      auth: 'member',
    },
    async ({ account, query }) => recommended(account._id, account, query),
  );
  endpoints.define(
    {
      ...listed,
      path: '/api/v1/accounts/:id/endorsements',
      summary: 'Whom somebody recommends',
      auth: 'member',
      params,
    },
    async ({ account, params: { id }, query }) => {
      if (!(await apis.accounts.get(id))) throw notFound();
      return recommended(id, account, query);
    },
  );

  async function recommended(by: string, viewer: Account, query: z.output<typeof pageQuery>) {
    const rows = await personal.endorsementPage(by, idPageOf(query));
    const ids = rows.map((row) => row.target);
    const [shown, hidden] = await Promise.all([
      apis.accounts.present(ids),
      apis.groups.hiddenFor(viewer, ids),
    ]);
    return idPage(
      ids.flatMap((id) => (hidden.has(id) ? [] : (shown.get(id) ?? []))),
      rows.map((row) => row._id),
      query.limit,
    );
  }
}
