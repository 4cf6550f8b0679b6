/** The client API of suggestions. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import type { Account } from '../accounts/account.ts';
import type { PersonalStore } from './personal-store.ts';
import type { createSuggestPeople } from './suggest-people.ts';

const query = z.object({ limit: pageLimit(40, 80) });

export function addSuggestionRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    personal: PersonalStore;
    suggest: ReturnType<typeof createSuggestPeople>;
  },
): void {
  const { kit, apis, personal, suggest } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read', query } as const;

  async function suggested(account: Account, most: number) {
    const ids = await suggest(account, most);
    const shown = await apis.accounts.present(ids);
    return ids.flatMap((id) => shown.get(id) ?? []);
  }

  endpoints.define(
    { ...reading, path: '/api/v2/suggestions', summary: 'Colleagues of my groups to follow' },
    async ({ account, query: { limit } }) =>
      (await suggested(account, limit)).map((one) => ({
        source: 'past_interactions',
        sources: ['friends_of_friends'],
        account: one,
      })),
  );
  endpoints.define(
    { ...reading, path: '/api/v1/suggestions', summary: 'The same as version 1 had it' },
    async ({ account, query: { limit } }) => suggested(account, limit),
  );
  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/suggestions/:id',
      summary: 'Do not suggest this person',
      auth: 'member',
      scope: 'write:follows',
      params: z.object({ id: z.string().refine(isId, 'is not an account id') }),
    },
    async ({ account, params: { id } }) => {
      await personal.dismiss({ _id: kit.nextId(), account: account._id, target: id });
      return {};
    },
  );
}
