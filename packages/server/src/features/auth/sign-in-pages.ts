/** Pages of signing in and out, invitations, one-time links, and the devices of an account. */
import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, Token } from './auth-store.ts';
import { field, hidden, html, messagesOf, problems, type SafeHtml, sendPage } from './pages.ts';
import { checkPassword, MIN_PASSWORD } from './password.ts';
import { FORGOTTEN_PATH } from './password-pages.ts';
import type { People } from './people.ts';
import { requireSameOrigin } from './same-origin.ts';
import { hashSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

type Fields = Record<string, string | undefined>;
const CSS = readFileSync(new URL('pages.css', import.meta.url), 'utf8');

export type SignInDeps = { kit: Kit; apis: Apis; store: AuthStore; tokens: Tokens; people: People };

export function addSignInPages(endpoints: Endpoints, deps: SignInDeps): void {
  const { kit, apis, store, tokens, people } = deps;
  const { router } = endpoints;
  const site = kit.config.instance.name;

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

  router.get('/auth/sign_up', (ctx) => {
    if (!['open', 'approval'].includes(kit.config.registration.mode))
      return showMessage(ctx, messagesOf(ctx).closed, 403);
    showSignUp(ctx, { action: '/auth/sign_up', fields: {}, list: [] });
  });
  router.post('/auth/sign_up', (ctx) => withForm(ctx, (fields) => signUp(ctx, fields, undefined)));

  router.get('/invite/:code', async (ctx) => {
    const code = await usableInvitation(ctx);
    if (code) showSignUp(ctx, { action: `/invite/${code}`, fields: {}, list: [] });
  });
  router.post('/invite/:code', (ctx) =>
    withForm(ctx, async (fields) => {
      const code = await usableInvitation(ctx);
      if (code) await signUp(ctx, fields, code);
    }),
  );

  async function usableInvitation(ctx: Context): Promise<string | null> {
    const { code = '' } = (ctx as Context & { params: Record<string, string> }).params;
    const limit = kit.config.limits.invitation_tries_per_hour;
    await kit.rateLimiter.take({
      name: 'invitation',
      key: ctx.state.clientIp,
      limit,
      windowSeconds: 3600,
    });
    if (/^[A-Za-z0-9_-]{20,60}$/.test(code) && (await store.invitation(hashSecret(code))))
      return code;
    showMessage(ctx, messagesOf(ctx).invitationBad, 404);
    return null;
  }

  async function signUp(
    ctx: Context,
    fields: Fields,
    invitation: string | undefined,
  ): Promise<void> {
    const messages = messagesOf(ctx);
    const limit = kit.config.limits.sign_up_per_hour;
    await kit.rateLimiter.take({
      name: 'sign-up',
      key: ctx.state.clientIp,
      limit,
      windowSeconds: 3600,
    });
    try {
      const account = await people.signUp({
        username: (fields.username ?? '').trim(),
        email: (fields.email ?? '').trim(),
        password: fields.password ?? '',
        displayName: fields.display_name?.trim() || undefined,
        invitation,
      });
      if (account.state === 'awaiting_approval')
        return showMessage(ctx, messages.registeredWaiting, 200, messages.registered);
      await tokens.startSession(ctx, account);
      seeOther(ctx, '/');
    } catch (error) {
      if (!(error instanceof AppError) || error.problems.length === 0) throw error;
      const labels: Record<string, string> = {
        username: messages.username,
        email: messages.email,
        password: messages.password,
      };
      const list = error.problems.map(
        (problem) => `${labels[problem.field] ?? problem.field}: ${problem.message}`,
      );
      showSignUp(ctx, {
        action: invitation ? `/invite/${invitation}` : '/auth/sign_up',
        fields,
        list,
      });
    }
  }

  function showSignUp(
    ctx: Context,
    form: { action: string; fields: Fields; list: string[] },
  ): void {
    const messages = messagesOf(ctx);
    const body = html`${problems(form.list)}<form method="post" action="${form.action}">
${field({ name: 'display_name', label: messages.displayName, value: form.fields.display_name, autocomplete: 'name' })}
${field({ name: 'username', label: messages.username, value: form.fields.username, autocomplete: 'username', hint: messages.usernameHint })}
${field({ name: 'email', label: messages.email, type: 'email', value: form.fields.email, autocomplete: 'email' })}
${field({ name: 'password', label: messages.password, type: 'password', autocomplete: 'new-password', hint: messages.passwordHint(MIN_PASSWORD), minlength: MIN_PASSWORD })}
<button type="submit">${messages.createAccount}</button></form>`;
    sendPage(ctx, site, {
      title: messages.invitationTitle(site),
      body,
      status: form.list.length > 0 ? 422 : 200,
    });
  }

  router.get('/auth/link/:code', async (ctx) => {
    const account = await accountOfLink(ctx.params.code ?? '');
    if (!account) return showMessage(ctx, messagesOf(ctx).linkBad, 404);
    showLink(ctx, account, []);
  });

  // A link is used up by the form, not by looking: mail scanners open addresses.
  router.post('/auth/link/:code', (ctx) =>
    withForm(ctx, async (fields) => {
      const { code = '' } = (ctx as Context & { params: Record<string, string> }).params;
      const account = await accountOfLink(code);
      if (!account) return showMessage(ctx, messagesOf(ctx).linkBad, 404);
      try {
        await people.setPassword(account, fields.password ?? '');
      } catch (error) {
        if (!(error instanceof AppError) || error.problems.length === 0) throw error;
        return showLink(
          ctx,
          account,
          error.problems.map((problem) => `${messagesOf(ctx).password}: ${problem.message}`),
        );
      }
      if (!(await store.takeLink(hashSecret(code))))
        return showMessage(ctx, messagesOf(ctx).linkBad, 404);
      // Whoever knew the old password is out, everywhere.
      await store.removeTokensOf(account._id);
      await tokens.startSession(ctx, account);
      seeOther(ctx, '/');
    }),
  );

  async function accountOfLink(code: string): Promise<Account | null> {
    const link = /^[A-Za-z0-9_-]{20,60}$/.test(code) ? await store.link(hashSecret(code)) : null;
    const account = link && (await apis.accounts.get(link.account));
    return account?.state === 'active' ? account : null;
  }

  function showLink(ctx: Context, account: Account, list: string[]): void {
    const messages = messagesOf(ctx);
    const body = html`<p>${messages.linkIntro(account.username)}</p>${problems(list)}<form method="post">
<input type="hidden" name="username" value="${account.username}" autocomplete="username">
${field({ name: 'password', label: messages.newPassword, type: 'password', autocomplete: 'new-password', hint: messages.passwordHint(MIN_PASSWORD), minlength: MIN_PASSWORD })}
<button type="submit">${messages.setPassword}</button></form>`;
    sendPage(ctx, site, { title: messages.linkTitle, body, status: list.length > 0 ? 422 : 200 });
  }

  router.get('/auth/account', async (ctx) => {
    const session = await tokens.session(ctx);
    if (!session) return ctx.redirect('/auth/sign_in?return_to=/auth/account');
    showAccount(ctx, session.account, await store.tokensOf(session.account._id), session.token);
  });
  router.post('/auth/account/sessions/:id/end', (ctx) =>
    withForm(ctx, async () => {
      const session = await tokens.session(ctx);
      const { id = '' } = (ctx as Context & { params: Record<string, string> }).params;
      if (session) await store.removeTokenOf(session.account._id, id);
      seeOther(ctx, '/auth/account');
    }),
  );

  function showAccount(ctx: Context, account: Account, all: Token[], current: Token): void {
    const messages = messagesOf(ctx);
    const when = new Intl.DateTimeFormat(messages.lang, {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    const row = (token: Token): SafeHtml => {
      const name = token.kind === 'session' ? browserName(token.agent) : token.appName;
      const own = token._id === current._id;
      const end = own
        ? null
        : html`<form method="post" action="/auth/account/sessions/${token.publicId}/end"><button class="plain" type="submit">${messages.end(name)}</button></form>`;
      return html`<li><span><strong>${name}</strong>${own ? html` (${messages.thisOne})` : null}<br><span class="muted">${messages.lastUsed(when.format(token.usedAt))}</span></span>${end}</li>`;
    };
    const body = html`<p>${messages.signedInAs(account.username)}</p>
<form method="post" action="/auth/sign_out"><button class="plain" type="submit">${messages.signOut}</button></form>
<h2>${messages.sessions}</h2><p class="muted">${messages.sessionsIntro}</p><ul class="plain">${all.map(row)}</ul>`;
    sendPage(ctx, site, { title: messages.account, body });
  }

  function showMessage(ctx: Context, text: string, status: number, title?: string): void {
    sendPage(ctx, site, {
      title: title ?? messagesOf(ctx).errorTitle,
      body: html`<p>${text}</p>`,
      status,
    });
  }

  async function withForm(
    ctx: Context,
    run: (fields: Fields, ctx: Context) => Promise<void>,
  ): Promise<void> {
    requireSameOrigin(ctx, kit.baseUrl);
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const texts = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => typeof value === 'string'),
    ) as Fields;
    await run(texts, ctx);
  }
}

function seeOther(ctx: Context, to: string): void {
  ctx.status = 303;
  ctx.set('Location', to);
  ctx.body = '';
}

/** Only paths of our own: never another site's address. */
export function safeReturn(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])[^\s\\]{0,4000}$/.test(value) ? value : '/';
}

function browserName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
  return [browser ? (names[browser] ?? browser) : 'Browser', system].filter(Boolean).join(', ');
}
