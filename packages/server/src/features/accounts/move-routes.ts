/** The client API of aliases and moves. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from './account.ts';
import type { MoveAccount } from './move-account.ts';

const ALIASES = '/api/mitoyen/v1/aliases';
const MOVE = '/api/mitoyen/v1/move';
const handle = z.string().trim().min(1, "can't be blank").max(320);

export function addMoveRoutes(
  endpoints: Endpoints,
  deps: { apis: Apis; moves: MoveAccount },
): void {
  const { apis, moves } = deps;

  async function present(accounts: Account[]) {
    const views = await apis.accounts.present(accounts.map((account) => account._id));
    return accounts.flatMap((account) => views.get(account._id) ?? []);
  }

  endpoints.define(
    {
      method: 'get',
      path: ALIASES,
      summary: 'Other accounts that are mine: from these I can move here',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => present(await moves.aliases(account)),
  );

  endpoints.define(
    {
      method: 'post',
      path: ALIASES,
      summary: 'Name another account as mine, before moving here from it',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ acct: handle }),
    },
    async ({ account, body }) =>
      present(await moves.aliases(await moves.addAlias(account, body.acct))),
  );

  endpoints.define(
    {
      method: 'delete',
      path: ALIASES,
      summary: 'Name it no longer',
      auth: 'member',
      scope: 'write:accounts',
      query: z.object({ acct: handle }),
    },
    async ({ account, query }) =>
      present(await moves.aliases(await moves.removeAlias(account, query.acct))),
  );

  endpoints.define(
    {
      method: 'post',
      path: MOVE,
      summary: 'Move my followers to another account of mine, which names this one as its alias',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ target: handle }),
    },
    async ({ account, body }) => (await present([await moves.move(account, body.target)]))[0],
  );

  endpoints.define(
    {
      method: 'delete',
      path: MOVE,
      summary: 'Point to no other account any more',
      auth: 'member',
      scope: 'write:accounts',
    },
    async ({ account }) => (await present([await moves.cancel(account)]))[0],
  );
}
