/** A new password for who knows the old one. */
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { invalid } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { checkPassword } from './password.ts';
import type { People } from './people.ts';

export function addPasswordRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; store: AuthStore; people: People },
): void {
  const { kit, store, people } = deps;

  endpoints.define(
    {
      method: 'post',
      path: '/api/mitoyen/v1/password',
      summary: 'Change my password; all other devices and apps are signed out',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ current: z.string().max(1000), password: z.string().max(1000) }),
    },
    async ({ account, auth, body }) => {
      // Whoever has a session for a moment must not be able to guess the password with it.
      await kit.rateLimiter.take({
        name: 'password-change',
        key: account._id,
        limit: kit.config.limits.sign_in_per_15_minutes,
        windowSeconds: 900,
      });
      const credentials = await store.credentials(account._id);
      if (!(await checkPassword(body.current, credentials?.passwordHash)))
        throw invalid({ field: 'current', code: 'ERR_INVALID', message: 'is not your password' });
      await people.setPassword(account, body.password);
      const others = (await store.tokensOf(account._id)).filter((one) => one._id !== auth?.tokenId);
      for (const one of others) await store.removeTokenOf(account._id, one.publicId);
      return { signed_out: others.length };
    },
  );
}
