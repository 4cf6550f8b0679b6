/**
 * OAuth 2 as Mastodon apps speak it: registration, authorization code with PKCE (RFC 7636),
 * client credentials, revocation (RFC 7009) and metadata (RFC 8414).
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, OAuthApp } from './auth-store.ts';
import { hidden, html, messagesOf, sendPage } from './pages.ts';
import { requireSameOrigin } from './same-origin.ts';
import { parseScopes, SCOPES, scopesWithin } from './scopes.ts';
import { answersChallenge, hashSecret, makeSecret, sameText } from './secret.ts';
import type { Tokens } from './tokens.ts';

export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';
const CODE_MS = 10 * 60_000;
const MAX_REDIRECT_URIS = 10;

const appBody = z.object({
  client_name: z.string().trim().min(1, "can't be blank").max(100),
  redirect_uris: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(/\s+/)).filter(Boolean)),
  scopes: z.string().max(1000).optional(),
  website: z.string().max(2000).nullish(),
});

type Query = Record<string, unknown>;
type AuthorizeRequest = {
  app: OAuthApp;
  redirectUri: string;
  scopes: string[];
  state?: string;
  challenge?: string;
  raw: Record<string, string>;
};

export function addOAuthRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AuthStore; tokens: Tokens },
): void {
  const { kit, store, tokens } = deps;
  const { router } = endpoints;
  const site = kit.config.instance.name;

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/apps',
      summary: 'Register an app',
      auth: 'none',
      body: appBody,
    },
    async ({ body, ip }) => {
      const limit = kit.config.limits.app_registrations_per_hour;
      await kit.rateLimiter.take({ name: 'apps', key: ip, limit, windowSeconds: 3600 });
      const scopes = parseScopes(body.scopes);
      const bad = body.redirect_uris.filter((uri) => !isRedirectUri(uri));
      const problems = [
        ...(scopes
          ? []
          : [
              {
                field: 'scopes',
                code: 'ERR_INVALID',
                message: "doesn't match the scopes of this server",
              },
            ]),
        ...(bad.length > 0 ||
        body.redirect_uris.length === 0 ||
        body.redirect_uris.length > MAX_REDIRECT_URIS
          ? [
              {
                field: 'redirect_uris',
                code: 'ERR_INVALID',
                message: 'must be absolute addresses, or urn:ietf:wg:oauth:2.0:oob',
              },
            ]
          : []),
      ];
      if (problems.length > 0 || !scopes) {
        throw new AppError(
          'invalid',
          `Validation failed: ${problems.map((one) => `${one.field} ${one.message}`).join('; ')}`,
          { problems },
        );
      }
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
        ...viewApp(app),
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
      return viewApp(app);
    },
  );

  router.get('/.well-known/oauth-authorization-server', (ctx) => {
    const { baseUrl } = kit;
    ctx.body = {
      issuer: `${baseUrl}/`,
      service_documentation: baseUrl,
      authorization_endpoint: `${baseUrl}/oauth/authorize`,
      token_endpoint: `${baseUrl}/oauth/token`,
      app_registration_endpoint: `${baseUrl}/api/v1/apps`,
      revocation_endpoint: `${baseUrl}/oauth/revoke`,
      userinfo_endpoint: `${baseUrl}/oauth/userinfo`,
      scopes_supported: SCOPES,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
    };
  });

  router.get('/oauth/authorize', async (ctx) => {
    const request = await readAuthorize(ctx.state.query ?? {});
    const session = await tokens.session(ctx);
    const forced = request.raw.force_login === 'true';
    if (!session || forced) {
      if (forced) await tokens.endSession(ctx);
      const { force_login: _, ...rest } = request.raw;
      return ctx.redirect(
        `/auth/sign_in?return_to=${encodeURIComponent(`/oauth/authorize?${new URLSearchParams(rest)}`)}`,
      );
    }
    showConsent(ctx, request, session.account);
  });

  router.post('/oauth/authorize', async (ctx) => {
    requireSameOrigin(ctx, kit.baseUrl);
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const request = await readAuthorize(fields);
    const session = await tokens.session(ctx);
    if (!session)
      return ctx.redirect(
        `/auth/sign_in?return_to=${encodeURIComponent(`/oauth/authorize?${new URLSearchParams(request.raw)}`)}`,
      );
    if (fields.decision !== 'allow') return deny(ctx, request);
    await grant(ctx, request, session.account);
  });

  /** Errors about the app or its address are shown, never sent to an address that was not registered. */
  async function readAuthorize(query: Query): Promise<AuthorizeRequest> {
    const raw = Object.fromEntries(
      [
        'response_type',
        'client_id',
        'redirect_uri',
        'scope',
        'state',
        'code_challenge',
        'code_challenge_method',
        'force_login',
        'lang',
      ].flatMap((name) => {
        const value = query[name];
        return typeof value === 'string' && value !== '' ? [[name, value.slice(0, 4000)]] : [];
      }),
    ) as Record<string, string>;
    const app = raw.client_id ? await store.appByClient(raw.client_id) : null;
    if (!app)
      throw new AppError('bad_request', 'The app is not known here: its client_id is wrong');
    const redirectUri = raw.redirect_uri ?? app.redirectUris[0] ?? '';
    if (!app.redirectUris.includes(redirectUri))
      throw new AppError('bad_request', 'The redirect_uri is not one that the app registered');
    if (raw.response_type !== 'code')
      throw new AppError('bad_request', 'The response_type must be "code"');
    const scopes = parseScopes(raw.scope);
    if (!scopes || !scopesWithin(scopes, app.scopes))
      throw new AppError('bad_request', 'The scope is not one that the app registered');
    if (raw.code_challenge && raw.code_challenge_method !== 'S256')
      throw new AppError('bad_request', 'The code_challenge_method must be S256');
    return { app, redirectUri, scopes, state: raw.state, challenge: raw.code_challenge, raw };
  }

  function showConsent(ctx: Context, request: AuthorizeRequest, account: Account): void {
    const messages = messagesOf(ctx);
    const target = request.redirectUri === OUT_OF_BAND ? null : new URL(request.redirectUri);
    const parents = [
      ...new Set(
        request.scopes.map((scope) =>
          scope.startsWith('admin:')
            ? scope.split(':').slice(0, 2).join(':')
            : (scope.split(':')[0] ?? scope),
        ),
      ),
    ];
    const { force_login: _, ...form } = request.raw;
    const body = html`<p>${messages.authorizeIntro(request.app.name, account.username)}</p>
<ul>${parents.map((scope) => html`<li>${messages.scopes[scope] ?? scope}</li>`)}</ul>
${target ? html`<p class="muted">${messages.authorizeLeads(target.host || target.protocol)}</p>` : null}
<form method="post" action="/oauth/authorize">${hidden(form)}
<div class="actions"><button type="submit" name="decision" value="allow">${messages.allow}</button><button class="plain" type="submit" name="decision" value="deny">${messages.deny}</button></div></form>
<form method="post" action="/auth/sign_out">${hidden({ return_to: `/oauth/authorize?${new URLSearchParams(form)}` })}<p><button class="plain" type="submit">${messages.otherAccount}</button></p></form>`;
    sendPage(ctx, site, {
      title: messages.authorizeTitle,
      body,
      formActions: target ? [formAction(target)] : [],
    });
  }

  async function grant(ctx: Context, request: AuthorizeRequest, account: Account): Promise<void> {
    const code = makeSecret();
    await store.addCode({
      _id: hashSecret(code),
      app: request.app._id,
      account: account._id,
      redirectUri: request.redirectUri,
      scopes: request.scopes,
      challenge: request.challenge,
      expiresAt: new Date(kit.clock.now() + CODE_MS),
    });
    if (request.redirectUri === OUT_OF_BAND) {
      const messages = messagesOf(ctx);
      return sendPage(ctx, site, {
        title: messages.codeTitle,
        body: html`<p>${messages.codeIntro}</p><code class="code" id="code">${code}</code>`,
      });
    }
    redirectBack(ctx, request, { code });
  }

  function deny(ctx: Context, request: AuthorizeRequest): void {
    const messages = messagesOf(ctx);
    if (request.redirectUri !== OUT_OF_BAND) {
      redirectBack(ctx, request, { error: 'access_denied' });
      return;
    }
    sendPage(ctx, site, {
      title: messages.deny,
      body: html`<p>${messages.denied}</p>`,
      status: 403,
    });
  }

  function redirectBack(
    ctx: Context,
    request: AuthorizeRequest,
    answer: Record<string, string>,
  ): void {
    const url = new URL(request.redirectUri);
    for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
    if (request.state !== undefined) url.searchParams.set('state', request.state);
    ctx.status = 303;
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Location', url.href);
    ctx.body = '';
  }

  router.post('/oauth/token', async (ctx) => {
    await kit.rateLimiter.take({
      name: 'token',
      key: ctx.state.clientIp,
      limit: kit.config.limits.token_per_15_minutes,
      windowSeconds: 900,
    });
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    ctx.set('Cache-Control', 'no-store');
    const answer = await issue(ctx, { ...ctx.state.query, ...fields });
    if ('error' in answer) ctx.status = answer.error === 'invalid_client' ? 401 : 400;
    ctx.body = answer;
  });

  type Issued =
    | { access_token: string; token_type: 'Bearer'; scope: string; created_at: number }
    | { error: string; error_description: string };

  async function issue(ctx: Context, fields: Query): Promise<Issued> {
    const { id, secret } = clientOf(ctx, fields);
    const app = id ? await store.appByClient(id) : null;
    const proven =
      app !== null && secret !== undefined && sameText(hashSecret(secret), app.clientSecretHash);
    if (!app || (secret !== undefined && !proven))
      return fault('invalid_client', 'The client is not known or its secret is wrong');
    if (fields.grant_type === 'client_credentials') {
      if (!proven) return fault('invalid_client', 'client_credentials needs the client_secret');
      return clientToken(app, text(fields.scope));
    }
    if (fields.grant_type === 'authorization_code') return codeToken(app, fields, proven);
    return fault('unsupported_grant_type', 'Use authorization_code or client_credentials');
  }

  async function clientToken(app: OAuthApp, scope: string | undefined): Promise<Issued> {
    const scopes = parseScopes(scope);
    if (!scopes || !scopesWithin(scopes, app.scopes))
      return fault('invalid_scope', 'The scope is not one that the app registered');
    return issued(
      await tokens.make({ kind: 'token', account: null, app: app._id, appName: app.name, scopes }),
      scopes,
    );
  }

  async function codeToken(app: OAuthApp, fields: Query, proven: boolean): Promise<Issued> {
    // The code is used up by this try, whatever comes of it.
    const code = await store.takeCode(hashSecret(text(fields.code) ?? ''));
    const wrong = fault(
      'invalid_grant',
      'The code is wrong, used or expired, or does not fit this client',
    );
    if (!code || code.app !== app._id || code.redirectUri !== text(fields.redirect_uri))
      return wrong;
    const verifier = text(fields.code_verifier);
    if (code.challenge && !(verifier && answersChallenge(verifier, code.challenge))) return wrong;
    // Without a secret only the verifier shows that it is the same client.
    if (!code.challenge && (verifier !== undefined || !proven)) return wrong;
    const token = await tokens.make({
      kind: 'token',
      account: code.account,
      app: app._id,
      appName: app.name,
      scopes: code.scopes,
    });
    return issued(token, code.scopes);
  }

  function issued(token: string, scopes: string[]): Issued {
    return {
      access_token: token,
      token_type: 'Bearer',
      scope: scopes.join(' '),
      created_at: Math.floor(kit.clock.now() / 1000),
    };
  }

  router.post('/oauth/revoke', async (ctx) => {
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const { id, secret } = clientOf(ctx, fields);
    const app = id ? await store.appByClient(id) : null;
    if (!app || (secret !== undefined && !sameText(hashSecret(secret), app.clientSecretHash))) {
      throw new AppError('forbidden', 'You are not authorized to revoke this token');
    }
    // RFC 7009: unknown tokens are no error.
    await store.removeToken(hashSecret(text(fields.token) ?? ''), app._id);
    ctx.body = {};
  });

  endpoints.define(
    {
      method: 'get',
      path: '/oauth/userinfo',
      summary: 'Who the token belongs to (OpenID userinfo)',
      auth: 'member',
      scope: 'profile',
    },
    async ({ account }) => ({
      iss: `${kit.baseUrl}/`,
      sub: account.iri,
      name: account.displayName,
      preferred_username: account.username,
      profile: account.url,
    }),
  );
}

function viewApp(app: OAuthApp) {
  return {
    id: app._id,
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uri: app.redirectUris.join('\n'),
    redirect_uris: app.redirectUris,
    vapid_key: '',
  };
}

function clientOf(ctx: Context, fields: Query): { id?: string; secret?: string } {
  const basic = /^Basic\s+(\S+)$/i.exec(ctx.get('authorization'))?.[1];
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id: safeDecode(id), secret: safeDecode(secret) };
  }
  return { id: text(fields.client_id), secret: text(fields.client_secret) };
}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fault(error: string, error_description: string) {
  return { error, error_description };
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

/** What the page's form-action must name, so that the redirect after the form is allowed. */
function formAction(target: URL): string {
  return target.origin === 'null' ? target.protocol : target.origin;
}
