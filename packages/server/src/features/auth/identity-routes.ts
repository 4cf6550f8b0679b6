/** The API of connecting one's account to the provider of the house. Wants the password, as every new way in. */
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { viewIdentity } from './oidc.ts';
import type { BeginJourney } from './oidc-pages.ts';
import type { OidcStore } from './oidc-store.ts';
import { checkPassword } from './password.ts';

const PATH = '/api/mitoyen/v1/identities';

export function addIdentityRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    auth: AuthStore;
    store: OidcStore;
    provider: { name: string } | null;
    begin: BeginJourney | null;
  },
): void {
  const { kit, auth, store, provider, begin } = deps;

  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'What my account is connected to at the sign-in provider, and what that is called',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => ({
      provider: provider?.name ?? null,
      identities: (await store.of(account._id)).map(viewIdentity),
    }),
  );

  endpoints.define(
    {
      method: 'post',
      path: PATH,
      summary: 'Begin to connect my account: where to go',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ password: z.string().max(1000).default('') }),
    },
    async ({ account, body, ctx }) => {
      if (!begin) throw new AppError('not_found', 'This server has no sign-in provider');
      await kit.rateLimiter.take({
        name: 'password-change',
        key: account._id,
        limit: kit.config.limits.sign_in_per_15_minutes,
        windowSeconds: 900,
      });
      const { passwordHash } = (await auth.credentials(account._id)) ?? {};
      if (passwordHash && !(await checkPassword(body.password, passwordHash)))
        throw invalid({ field: 'password', code: 'ERR_INVALID', message: 'is not your password' });
      return { url: await begin(ctx, { returnTo: '/settings/security', account: account._id }) };
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Disconnect my account',
      auth: 'member',
      scope: 'write:accounts',
      params: z.object({ id: z.string().max(40) }),
    },
    async ({ account, params: { id } }) => {
      if (!(await auth.credentials(account._id))?.passwordHash)
        throw new AppError('conflict', 'Set a password first, or nothing signs in any more');
      if (!(await store.remove(account._id, id))) throw notFound();
      return {};
    },
  );
}
