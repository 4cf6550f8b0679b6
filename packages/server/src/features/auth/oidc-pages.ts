/** To the provider of the house and back: as a way of signing in, and to connect an account. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { OidcAccounts } from './oidc-accounts.ts';
import type { Provider } from './oidc-provider.ts';
import { JOURNEY_MS, type Journey, type OidcStore } from './oidc-store.ts';
import { html, messagesOf } from './pages.ts';
import type { ShowSignIn } from './password-sign-in-pages.ts';
import { safeReturn } from './safe-return.ts';
import { hashSecret, makeSecret } from './secret.ts';
import type { SignInMethod, Welcome } from './sign-in-method-pages.ts';
import { secureCookie, type Tokens } from './tokens.ts';

export const CALLBACK = '/auth/oidc/callback';
const BEGIN = '/auth/oidc';
const COOKIE = 'mitoyen_oidc';
const SETTINGS = '/settings/security';

export function oidcMethod(provider: Provider): SignInMethod {
  return {
    name: 'oidc',
    present: ({ returnTo, messages }) =>
      html`<p class="or"><span>${messages.or}</span></p><p><a class="button" href="${BEGIN}?return_to=${encodeURIComponent(returnTo)}">${messages.withProvider(provider.name)}</a></p>`,
  };
}

export type OidcParts = {
  kit: Kit;
  store: OidcStore;
  tokens: Tokens;
  provider: Provider;
  accounts: OidcAccounts;
};
export type BeginJourney = (
  ctx: Context,
  how: { returnTo: string; account: string | null },
) => Promise<string>;

/** The address at the provider; the browser is remembered until it comes back. */
export function createBeginJourney({ kit, store, provider }: OidcParts): BeginJourney {
  return async (ctx, { returnTo, account }) => {
    const [state, nonce, verifier, browser] = [
      makeSecret(),
      makeSecret(),
      makeSecret(),
      makeSecret(),
    ];
    const address = await provider.address({ state, nonce, verifier });
    await store.addJourney({
      _id: hashSecret(state),
      verifier,
      nonce,
      returnTo,
      browser: hashSecret(browser),
      account,
    });
    ctx.cookies.set(COOKIE, browser, {
      httpOnly: true,
      sameSite: 'lax',
      overwrite: true,
      maxAge: JOURNEY_MS,
      path: '/auth',
    });
    if (kit.baseUrl.startsWith('https:')) secureCookie(ctx);
    return address.href;
  };
}

export function addOidcPages(
  { router }: Endpoints,
  deps: OidcParts & { begin: BeginJourney; welcome: Welcome; show: ShowSignIn },
): void {
  const { kit, store, tokens, provider, accounts, begin, welcome, show } = deps;

  router.get(BEGIN, async (ctx: Context) => {
    await limit(ctx);
    const returnTo = safeReturn(ctx.state.query?.return_to);
    ctx.set('Cache-Control', 'no-store');
    try {
      ctx.redirect(await begin(ctx, { returnTo, account: null }));
    } catch (error) {
      kit.log.warn({ err: error }, 'the sign-in provider does not answer');
      refuse(ctx, messagesOf(ctx).providerDown, returnTo, 503);
    }
  });

  router.get(CALLBACK, async (ctx: Context) => {
    await limit(ctx);
    ctx.set('Cache-Control', 'no-store');
    const { state } = ctx.state.query ?? {};
    const browser = ctx.cookies.get(COOKIE) ?? '';
    const journey =
      typeof state === 'string'
        ? await store.takeJourney(hashSecret(state), hashSecret(browser))
        : null;
    if (!journey || typeof state !== 'string')
      return refuse(ctx, messagesOf(ctx).providerFailed, '/', 403);
    await end(ctx, journey, state);
  });

  async function end(ctx: Context, journey: Journey, state: string): Promise<void> {
    const messages = messagesOf(ctx);
    const { returnTo, account } = journey;
    const subject = await provider
      .subject(ctx.querystring, { ...journey, state })
      .catch((error: Error) => {
        kit.log.warn({ reason: error.message }, 'the sign-in provider’s answer was refused');
        return null;
      });
    if (!subject?.subject) return refuse(ctx, messages.providerFailed, returnTo, 403);
    if (account) {
      const session = await tokens.session(ctx);
      const done = session?.account._id === account && (await accounts.connect(account, subject));
      return ctx.redirect(done ? SETTINGS : `${SETTINGS}?connected=no`);
    }
    const found = await accounts.accountOf(subject);
    if (!found) return refuse(ctx, messages.notConnected(provider.name), returnTo, 403);
    const refusal = await welcome(ctx, found, messages);
    if (refusal) return refuse(ctx, refusal.text, returnTo, refusal.status);
    ctx.redirect(returnTo);
  }

  function refuse(ctx: Context, text: string, returnTo: string, status: number): void {
    show(ctx, { returnTo, login: '', list: [text], status });
  }

  function limit(ctx: Context) {
    return kit.rateLimiter.take({
      name: 'oidc',
      key: ctx.state.clientIp,
      limit: kit.config.limits.sign_in_per_15_minutes * 20,
      windowSeconds: 900,
    });
  }
}
