/** Pausing and resuming partners, and who did what about them. */
import type { Apis } from '../../apis.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { adminOnly } from './partners-routes.ts';
import { viewHistory, viewPause } from './partners-view.ts';

const BASE = '/api/mitoyen/v1/partners';

export function addPauseRoutes(endpoints: Endpoints, apis: Apis): void {
  const read = { method: 'get', auth: 'member', scope: 'admin:read:partners' } as const;
  const write = { method: 'post', auth: 'member', scope: 'admin:write:partners' } as const;

  for (const [path, whom] of [
    [`${BASE}/:host`, 'a partner'],
    [BASE, 'all partners'],
  ] as const) {
    endpoints.define(
      {
        ...write,
        path: `${path}/pause`,
        summary: `Holds everything with ${whom}: nothing goes out or comes in, nothing is lost (admin)`,
      },
      async ({ account, params }) => {
        adminOnly(account);
        await apis.partners.pause(params.host ?? null, account._id);
        return (await apis.partners.pauses()).map(viewPause);
      },
    );
    endpoints.define(
      { ...write, path: `${path}/resume`, summary: `Lets what was held with ${whom} go (admin)` },
      async ({ account, params }) => {
        adminOnly(account);
        return { released: await apis.partners.resume(params.host ?? null, account._id) };
      },
    );
    endpoints.define(
      {
        ...read,
        path: `${path}/history`,
        summary: `Who did what about ${whom}, newest first (admin)`,
      },
      async ({ account, params }) => {
        adminOnly(account);
        return (await apis.partners.history(params.host ?? null)).map(viewHistory);
      },
    );
  }
}
