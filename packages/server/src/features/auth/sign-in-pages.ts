/** The page of signing in, and the way out. */
import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore } from './auth-store.ts';
import { createForms, type Fields, safeReturn, seeOther } from './form-pages.ts';
import { field, hidden, html, messagesOf, problems, sendPage } from './pages.ts';
import { checkPassword } from './password.ts';
import { FORGOTTEN_PATH } from './password-pages.ts';
import { hashSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

const CSS = readFileSync(new URL('pages.css', import.meta.url), 'utf8');

export type SignInDeps = { kit: Kit; apis: Apis; store: AuthStore; tokens: Tokens };

export function addSignInPages(endpoints: Endpoints, deps: SignInDeps): void {
  const { kit, apis, store, tokens } = deps;
  const { router } = endpoints;
  const site = kit.config.instance.name;
  const { withForm } = createForms(kit);

  router.get('/assets/pages.css', (ctx) => {
    ctx.type = 'text/css';
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.body = CSS;
  });

  router.get('/auth/sign_in', async (ctx) => {
    const returnTo = safeReturn(ctx.state.query?.return_to);
    if (await tokens.session(ctx)) return ctx.redirect(returnTo);
    showSignIn(ctx, { returnTo, login: '', list: [] });
  });

  router.post('/auth/sign_in', (ctx) => withForm(ctx, signIn));
  router.post('/auth/sign_out', (ctx) =>
    withForm(ctx, async (fields) => {
      await tokens.endSession(ctx);
      seeOther(ctx, safeReturn(fields.return_to ?? '/auth/sign_in'));
    }),
  );

  async function signIn(fields: Fields, ctx: Context): Promise<void> {
    const messages = messagesOf(ctx);
    const returnTo = safeReturn(fields.return_to);
    const login = (fields.username ?? '').trim().slice(0, 254);
    const again = (text: string, status: number) =>
      showSignIn(ctx, { returnTo, login, list: [text], status });
    try {
      await limitSignIn(ctx, login);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'rate_limited')) throw error;
      ctx.set('Retry-After', String(error.retryAfterSeconds ?? 60));
      return again(messages.tooMany, 429);
    }
    const account = await findPerson(login);
    const credentials = account ? await store.credentials(account._id) : null;
    const matches = await checkPassword(fields.password ?? '', credentials?.passwordHash);
    if (!account || !matches) return again(messages.wrong, 422);
    if (account.state === 'awaiting_approval') return again(messages.waiting, 403);
    if (account.state !== 'active') return again(messages.suspended, 403);
    await tokens.startSession(ctx, account);
    kit.log.info({ account: account._id }, 'signed in');
    seeOther(ctx, returnTo);
  }

  async function limitSignIn(ctx: Context, login: string): Promise<void> {
    const limit = kit.config.limits.sign_in_per_15_minutes;
    await kit.rateLimiter.take({
      name: 'sign-in-ip',
      key: ctx.state.clientIp,
      limit,
      windowSeconds: 900,
    });
    await kit.rateLimiter.take({
      name: 'sign-in-name',
      key: hashSecret(login.toLowerCase()),
      limit,
      windowSeconds: 900,
    });
  }

  async function findPerson(login: string): Promise<Account | null> {
    if (login.includes('@') && !login.startsWith('@')) {
      const credentials = await store.byEmail(login);
      return credentials ? apis.accounts.get(credentials._id) : null;
    }
    const account = await apis.accounts.byHandle(login.replace(/^@/, '').toLowerCase());
    return account?.domain === null && account.kind === 'person' ? account : null;
  }

  function showSignIn(
    ctx: Context,
    form: { returnTo: string; login: string; list: string[]; status?: number },
  ): void {
    const messages = messagesOf(ctx);
    const body = html`${problems(form.list)}<form method="post" action="/auth/sign_in">
${hidden({ return_to: form.returnTo })}
${field({ name: 'username', label: messages.nameOrEmail, value: form.login, autocomplete: 'username' })}
${field({ name: 'password', label: messages.password, type: 'password', autocomplete: 'current-password' })}
<button type="submit">${messages.signIn}</button></form>
<p class="muted">${kit.config.registration.mode === 'open' || kit.config.registration.mode === 'approval' ? html`<a href="/auth/sign_up">${messages.createAccount}</a>` : messages.noAccount}</p>${apis.mail.isOn() ? html`<p class="muted"><a href="${FORGOTTEN_PATH}">${messages.forgotten}</a></p>` : null}`;
    sendPage(ctx, site, { title: messages.signIn, body, status: form.status });
  }
}
