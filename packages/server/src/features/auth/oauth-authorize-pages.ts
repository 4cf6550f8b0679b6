/** The page on which somebody lets an app act for them: authorization code with PKCE (RFC 6749, 7636). */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, OAuthApp } from './auth-store.ts';
import { OUT_OF_BAND } from './oauth-app-routes.ts';
import { hidden, html, messagesOf, sendPage } from './pages.ts';
import { requireSameOrigin } from './same-origin.ts';
import { parseScopes, scopesWithin } from './scopes.ts';
import { hashSecret, makeSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

const CODE_MS = 10 * 60_000;

type Query = Record<string, unknown>;
type AuthorizeRequest = {
  app: OAuthApp;
  redirectUri: string;
  scopes: string[];
  state?: string;
  challenge?: string;
  raw: Record<string, string>;
};

export function addAuthorizePages(
  { router }: Endpoints,
  deps: { kit: Kit; store: AuthStore; tokens: Tokens },
): void {
  const { kit, store, tokens } = deps;
  const site = kit.config.instance.name;

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
}

/** What the page's form-action must name, so that the redirect after the form is allowed. */
function formAction(target: URL): string {
  return target.origin === 'null' ? target.protocol : target.origin;
}
