/** The page of signing in, with every way that this server offers, and the way out. */
import { readFileSync } from 'node:fs';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { createForms, seeOther } from './form-pages.ts';
import { addOidcPages, type BeginJourney, type OidcParts, oidcMethod } from './oidc-pages.ts';
import { html, messagesOf, problems, sendPage } from './pages.ts';
import type { Ceremonies } from './passkey-ceremonies.ts';
import { addPasskeySignIn, passkeyMethod } from './passkey-sign-in-pages.ts';
import { addPasswordSignIn, passwordMethod, type ShowSignIn } from './password-sign-in-pages.ts';
import { safeReturn } from './safe-return.ts';
import { createWelcome, type SignInMethod } from './sign-in-method-pages.ts';
import type { Tokens } from './tokens.ts';

const CSS = readFileSync(new URL('pages.css', import.meta.url), 'utf8');

export type SignInDeps = {
  kit: Kit;
  apis: Apis;
  store: AuthStore;
  tokens: Tokens;
  ceremonies: Ceremonies | null;
  oidc: (OidcParts & { begin: BeginJourney }) | null;
};

export function addSignInPages(endpoints: Endpoints, deps: SignInDeps): void {
  const { kit, apis, store, tokens, ceremonies, oidc } = deps;
  const { router } = endpoints;
  const site = kit.config.instance.name;
  const { withForm } = createForms(kit);
  const welcome = createWelcome({ kit, tokens });
  const methods: SignInMethod[] = [
    passwordMethod(kit, apis, ceremonies !== null),
    ...(ceremonies ? [passkeyMethod] : []),
    ...(oidc ? [oidcMethod(oidc.provider)] : []),
  ];

  router.get('/assets/pages.css', (ctx) => {
    ctx.type = 'text/css';
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.body = CSS;
  });

  router.get('/auth/sign_in', async (ctx) => {
    const returnTo = safeReturn(ctx.state.query?.return_to);
    if (await tokens.session(ctx)) return ctx.redirect(returnTo);
    show(ctx, { returnTo, login: '', list: [] });
  });

  router.post('/auth/sign_out', (ctx) =>
    withForm(ctx, async (fields) => {
      await tokens.endSession(ctx);
      seeOther(ctx, safeReturn(fields.return_to ?? '/auth/sign_in'));
    }),
  );

  const show: ShowSignIn = (ctx, { returnTo, login, list, status }) => {
    const messages = messagesOf(ctx);
    const body = html`${problems(list)}${methods.map((one) => one.present({ returnTo, login, messages }))}`;
    const scripts = methods.flatMap((one) => one.script ?? []);
    sendPage(ctx, site, { title: messages.signIn, body, status, scripts });
  };
  addPasswordSignIn(endpoints, { kit, apis, store, welcome, show });
  if (oidc) addOidcPages(endpoints, { ...oidc, welcome, show });
  if (ceremonies) addPasskeySignIn(endpoints, { kit, apis, ceremonies, welcome });
}
