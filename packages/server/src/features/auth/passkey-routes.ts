/** The API of one's own passkeys. Adding one wants the password again: it outlives the session. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore } from './auth-store.ts';
import { viewPasskey } from './passkey.ts';
import type { Ceremonies } from './passkey-ceremonies.ts';
import type { PasskeyStore } from './passkey-store.ts';
import { checkPassword } from './password.ts';

const name = z.string().trim().min(1, "can't be blank").max(60);
const params = z.object({ id: z.string().max(40) });
const PATH = '/api/mitoyen/v1/passkeys';

export function addPasskeyRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    auth: AuthStore;
    store: PasskeyStore;
    ceremonies: Ceremonies | null;
  },
): void {
  const { kit, apis, auth, store, ceremonies } = deps;

  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'My passkeys, and whether this server takes any',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => ({
      offered: ceremonies !== null,
      passkeys: (await store.of(account._id)).map(viewPasskey),
    }),
  );

  endpoints.define(
    {
      method: 'post',
      path: `${PATH}/options`,
      summary: 'What a browser needs to make a passkey for me (WebAuthn creation options)',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ password: z.string().max(1000).default('') }),
    },
    async ({ account, body }) => {
      await requirePassword(account, body.password);
      return offered().beginAdding(account);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: PATH,
      summary: 'Add the passkey that the browser made',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ name, credential: z.looseObject({ id: z.string().max(2000) }) }),
    },
    async ({ account, body }) => {
      const key = await offered().add(account, body.credential, body.name);
      kit.log.info({ account: account._id, passkey: key.publicId }, 'passkey added');
      tell(account, key.name).catch((error) =>
        kit.log.warn({ err: error }, 'a new passkey was not told by e-mail'),
      );
      return viewPasskey(key);
    },
  );

  endpoints.define(
    {
      method: 'patch',
      path: `${PATH}/:id`,
      summary: 'Name a passkey',
      auth: 'member',
      scope: 'write:accounts',
      params,
      body: z.object({ name }),
    },
    async ({ account, params: { id }, body }) => {
      const key = await store.rename(account._id, id, body.name);
      if (!key) throw notFound();
      return viewPasskey(key);
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Remove a passkey',
      auth: 'member',
      scope: 'write:accounts',
      params,
    },
    async ({ account, params: { id } }) => {
      if (!(await store.remove(account._id, id))) throw notFound();
      kit.log.info({ account: account._id, passkey: id }, 'passkey removed');
      return {};
    },
  );

  function offered(): Ceremonies {
    if (ceremonies) return ceremonies;
    throw new AppError('not_found', 'Passkeys need a server with a name and https');
  }

  /** Whoever has a session for a moment must not keep the account with a key of their own. */
  async function requirePassword(account: Account, password: string): Promise<void> {
    await kit.rateLimiter.take({
      name: 'password-change',
      key: account._id,
      limit: kit.config.limits.sign_in_per_15_minutes,
      windowSeconds: 900,
    });
    const credentials = await auth.credentials(account._id);
    if (!credentials?.passwordHash) return;
    if (!(await checkPassword(password, credentials.passwordHash)))
      throw invalid({ field: 'password', code: 'ERR_INVALID', message: 'is not your password' });
  }

  async function tell(account: Account, key: string): Promise<void> {
    const to = (await auth.credentials(account._id))?.email;
    if (to && apis.mail.isOn()) await apis.mail.sendPasskeyAdded({ to, account, key });
  }
}
