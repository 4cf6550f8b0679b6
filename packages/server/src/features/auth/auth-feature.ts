/** The auth feature: people's credentials, OAuth, sessions, invitations, sign-in pages. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { addAccountPages } from './account-pages.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { authIndexes, createAuthStore } from './auth-store.ts';
import type { Authentication } from './authentication.ts';
import { addIdentityRoutes } from './identity-routes.ts';
import { addOAuthRoutes } from './oauth-routes.ts';
import { viewIdentity } from './oidc.ts';
import { createOidcAccounts } from './oidc-accounts.ts';
import { CALLBACK, createBeginJourney } from './oidc-pages.ts';
import { createProvider } from './oidc-provider.ts';
import { createOidcStore, oidcIndexes } from './oidc-store.ts';
import { relyingParty, viewPasskey } from './passkey.ts';
import { createCeremonies } from './passkey-ceremonies.ts';
import { addPasskeyRoutes } from './passkey-routes.ts';
import { createPasskeyStore, passkeyIndexes } from './passkey-store.ts';
import { addPasswordPages } from './password-pages.ts';
import { addPasswordRoutes } from './password-routes.ts';
import { createPeople } from './people.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { hashSecret, makeSecret } from './secret.ts';
import { addSignInPages } from './sign-in-pages.ts';
import { addSignUpPages } from './sign-up-pages.ts';
import { createTokens } from './tokens.ts';

const LINK_MS = 24 * 3600_000;

export function createAuthFeature(kit: Kit, apis: Apis): { feature: Feature; api: Authentication } {
  const store = createAuthStore(kit.mongo, kit.clock.now, (ended) => apis.streaming.cut(ended));
  const tokens = createTokens({ kit, apis, store });
  const people = createPeople({ kit, apis, store });
  const passkeys = createPasskeyStore(kit.mongo, kit.clock.now);
  const party = relyingParty(kit.baseUrl, kit.config.instance.name);
  const ceremonies = party && createCeremonies({ kit, store: passkeys, party });
  const identities = createOidcStore(kit.mongo, kit.clock.now);
  const oidc = createOidc();
  kit.events.on('account.deleted', async ({ id }) => {
    await passkeys.removeAll(id);
    await identities.removeAll(id);
  });

  function createOidc() {
    const config = kit.config.sign_in.oidc;
    if (!config) return null;
    const callback = `${kit.baseUrl}${CALLBACK}`;
    const provider = createProvider({ config, callback, now: kit.clock.now });
    const createAccounts = config.create_accounts;
    const accounts = createOidcAccounts({ kit, apis, store: identities, people, createAccounts });
    const parts = { kit, store: identities, tokens, provider, accounts };
    return { ...parts, begin: createBeginJourney(parts) };
  }

  async function suspend(id: string) {
    await requirePerson(id);
    const account = await apis.accounts.setState(id, 'suspended', 'account.suspended');
    await store.removeTokensOf(id);
    return account;
  }

  async function unsuspend(id: string) {
    await requirePerson(id);
    return apis.accounts.setState(id, 'active');
  }

  async function createLink(account: string, milliseconds: number) {
    const code = makeSecret();
    const expiresAt = kit.clock.now() + milliseconds;
    await store.addLink({ _id: hashSecret(code), account, expiresAt: new Date(expiresAt) });
    return { url: `${kit.baseUrl}/auth/link/${code}`, expiresAt };
  }

  async function requirePerson(id: string): Promise<void> {
    const account = await apis.accounts.get(id);
    if (account?.domain !== null || account.kind !== 'person') throw notFound();
  }

  const api: Authentication = {
    authenticate: tokens.authenticate,
    bearerOf: tokens.bearerOf,
    validTokens: store.validTokens,
    session: async (ctx) => (await tokens.session(ctx))?.account ?? null,
    revokeAll: async (account) => {
      await store.removeTokensOf(account);
    },
    createToken: async (account, scopes, name) => ({
      token: await tokens.make({
        kind: 'token',
        account,
        app: 'command-line',
        appName: name,
        scopes,
      }),
    }),
    createSignInLink: (account) => createLink(account, LINK_MS),
    createPerson: (person) => people.createPerson(person),
    emailOf: async (account) => (await store.credentials(account))?.email ?? null,
    hasPassword: async (account) => (await store.credentials(account))?.passwordHash !== undefined,
    setPassword: people.setPassword,
    suspend,
    unsuspend,
  };

  return {
    feature: {
      name: 'auth',
      indexes: [...authIndexes, ...passkeyIndexes, ...oidcIndexes],
      personalData: [
        {
          name: 'passkeys',
          read: async (account) => (await passkeys.of(account)).map(viewPasskey),
        },
        {
          name: 'identities',
          read: async (account) => (await identities.of(account)).map(viewIdentity),
        },
      ],
      routes: (endpoints) => {
        addOAuthRoutes(endpoints, { kit, apis, store, tokens });
        addAuthRoutes(endpoints, { kit, apis, store, tokens, people, suspend, unsuspend });
        addPeopleRoutes(endpoints, { apis, authentication: api, reasons: store.reasons });
        addPasswordRoutes(endpoints, { kit, store, people });
        addPasskeyRoutes(endpoints, { kit, apis, auth: store, store: passkeys, ceremonies });
        addIdentityRoutes(endpoints, {
          kit,
          auth: store,
          store: identities,
          provider: oidc?.provider ?? null,
          begin: oidc?.begin ?? null,
        });
        addSignInPages(endpoints, { kit, apis, store, tokens, ceremonies, oidc });
        addSignUpPages(endpoints, { kit, store, tokens, people });
        addAccountPages(endpoints, { kit, apis, store, tokens, people });
        // By the configuration: the mail feature is not made yet.
        if (kit.config.mail.url) addPasswordPages(endpoints, { kit, apis, store, createLink });
      },
    },
    api,
  };
}
