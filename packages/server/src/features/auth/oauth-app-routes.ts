/** Apps that want to act for people: registered here (as Mastodon does it, and RFC 7591 describes). */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, type FieldProblem, invalid } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore, OAuthApp } from './auth-store.ts';
import { parseScopes } from './scopes.ts';
import { hashSecret, makeSecret } from './secret.ts';

export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';
const MAX_REDIRECT_URIS = 10;

const appBody = z.object({
  client_name: z.string().trim().min(1, "can't be blank").max(100),
  redirect_uris: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(/\s+/)).filter(Boolean)),
  scopes: z.string().max(1000).optional(),
  website: z.string().max(2000).nullish(),
});

const appRules = appBody.pick({ redirect_uris: true, scopes: true });

function appProblems({ redirect_uris, scopes }: z.output<typeof appRules>): FieldProblem[] {
  const isRight =
    redirect_uris.length > 0 &&
    redirect_uris.length <= MAX_REDIRECT_URIS &&
    redirect_uris.every(isRedirectUri);
  const unknown = (scopes ?? '').split(/[\s+]+/).filter((scope) => scope && !parseScopes(scope));
  return [
    ...(unknown.length > 0
      ? [
          {
            field: 'scopes',
            code: 'ERR_INVALID',
            message: `doesn't match the scopes of this server: ${unknown.join(', ')}`,
          },
        ]
      : []),
    ...(isRight
      ? []
      : [
          {
            field: 'redirect_uris',
            code: 'ERR_INVALID',
            message: `must be absolute addresses (${MAX_REDIRECT_URIS} at most), or urn:ietf:wg:oauth:2.0:oob`,
          },
        ]),
  ];
}

export function addOAuthAppRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AuthStore },
): void {
  const { kit, store } = deps;
  const present = (app: OAuthApp) => viewApp(app, deps.apis.push.publicKey());

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/apps',
      summary: 'Register an app',
      auth: 'none',
      body: appBody,
      rules: ({ redirect_uris, scopes }) => {
        const sent = appRules.safeParse({ redirect_uris, scopes });
        return sent.success ? appProblems(sent.data) : [];
      },
    },
    async ({ body, ip }) => {
      const limit = kit.config.limits.app_registrations_per_hour;
      await kit.rateLimiter.take({ name: 'apps', key: ip, limit, windowSeconds: 3600 });
      const scopes = parseScopes(body.scopes);
      const problems = appProblems(body);
      if (problems.length > 0 || !scopes) throw invalid(...problems);
      const secret = makeSecret();
      const app: OAuthApp = {
        _id: kit.nextId(),
        name: body.client_name,
        website: body.website && /^https?:\/\//.test(body.website) ? body.website : null,
        redirectUris: body.redirect_uris,
        scopes,
        clientId: makeSecret(),
        clientSecretHash: hashSecret(secret),
        createdAt: kit.clock.now(),
      };
      await store.addApp(app);
      return {
        ...present(app),
        client_id: app.clientId,
        client_secret: secret,
        client_secret_expires_at: 0,
      };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/apps/verify_credentials',
      summary: 'The app of this token',
      auth: 'app',
    },
    async ({ auth }) => {
      const app = auth && (await store.app(auth.appId));
      if (!app) throw new AppError('unauthenticated', 'The access token is invalid');
      return present(app);
    },
  );
}

function viewApp(app: OAuthApp, vapidKey: string) {
  return {
    id: app._id,
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uri: app.redirectUris.join('\n'),
    redirect_uris: app.redirectUris,
    /** Some apps (Elk) take the key of push services from here alone. */
    vapid_key: vapidKey,
  };
}

/** Any scheme that an app may own, but none that a browser would run. */
function isRedirectUri(uri: string): boolean {
  if (uri === OUT_OF_BAND) return true;
  const url = URL.parse(uri);
  return (
    url !== null &&
    uri.length <= 2000 &&
    url.hash === '' &&
    !['javascript:', 'data:', 'vbscript:', 'blob:', 'about:', 'file:'].includes(url.protocol)
  );
}
