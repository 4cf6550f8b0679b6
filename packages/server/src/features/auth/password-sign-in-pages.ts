/** Signing in with a name or e-mail address and a password. */
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore } from './auth-store.ts';
import { createForms, type Fields, seeOther } from './form-pages.ts';
import { field, hidden, html, messagesOf } from './pages.ts';
import { checkPassword } from './password.ts';
import { FORGOTTEN_PATH } from './password-pages.ts';
import { safeReturn } from './safe-return.ts';
import { hashSecret } from './secret.ts';
import type { SignInMethod, Welcome } from './sign-in-method-pages.ts';

/** `withKeys`: the name's field offers passkeys too. */
export function passwordMethod(kit: Kit, apis: Apis, withKeys: boolean): SignInMethod {
  const { mode } = kit.config.registration;
  const mayJoin = mode === 'open' || mode === 'approval';
  const autocomplete = withKeys ? 'username webauthn' : 'username';
  return {
    name: 'password',
    present: ({ returnTo, login, messages }) => html`<form method="post" action="/auth/sign_in">
${hidden({ return_to: returnTo })}
${field({ name: 'username', label: messages.nameOrEmail, value: login, autocomplete })}
${field({ name: 'password', label: messages.password, type: 'password', autocomplete: 'current-password' })}
<button type="submit">${messages.signIn}</button></form>
<p class="muted">${mayJoin ? html`<a href="/auth/sign_up">${messages.createAccount}</a>` : messages.noAccount}</p>${apis.mail.isOn() ? html`<p class="muted"><a href="${FORGOTTEN_PATH}">${messages.forgotten}</a></p>` : null}`,
  };
}

export type ShowSignIn = (
  ctx: Context,
  page: { returnTo: string; login: string; list: string[]; status?: number },
) => void;

export function addPasswordSignIn(
  { router }: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AuthStore; welcome: Welcome; show: ShowSignIn },
): void {
  const { kit, apis, store, welcome, show } = deps;
  const { withForm } = createForms(kit);

  router.post('/auth/sign_in', (ctx) => withForm(ctx, signIn));

  async function signIn(fields: Fields, ctx: Context): Promise<void> {
    const messages = messagesOf(ctx);
    const returnTo = safeReturn(fields.return_to);
    const login = (fields.username ?? '').trim().slice(0, 254);
    const again = (text: string, status: number) =>
      show(ctx, { returnTo, login, list: [text], status });
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
    const refusal = await welcome(ctx, account, messages);
    if (refusal) return again(refusal.text, refusal.status);
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
}
