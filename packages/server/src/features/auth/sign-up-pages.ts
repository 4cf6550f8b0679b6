/** Pages on which people make an account: freely, or by an invitation. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { createForms, type Fields, seeOther } from './form-pages.ts';
import { field, html, messagesOf, problems, sendPage } from './pages.ts';
import { MIN_PASSWORD } from './password.ts';
import type { People } from './people.ts';
import { fieldProblems } from './problem-text.ts';
import { hashSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

export function addSignUpPages(
  { router }: Endpoints,
  deps: { kit: Kit; store: AuthStore; tokens: Tokens; people: People },
): void {
  const { kit, store, tokens, people } = deps;
  const site = kit.config.instance.name;
  const { showMessage, withForm, withLimit } = createForms(kit);

  router.get('/auth/sign_up', (ctx) => {
    if (!['open', 'approval'].includes(kit.config.registration.mode))
      return showMessage(ctx, messagesOf(ctx).closed, 403);
    showSignUp(ctx, { action: '/auth/sign_up', fields: {}, list: [] });
  });
  router.post('/auth/sign_up', (ctx) => withForm(ctx, (fields) => signUp(ctx, fields, undefined)));

  router.get('/invite/:code', (ctx) =>
    withLimit(ctx, async () => {
      const code = await usableInvitation(ctx);
      if (code) showSignUp(ctx, { action: `/invite/${code}`, fields: {}, list: [] });
    }),
  );
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
        reason: fields.reason?.trim() || undefined,
      });
      if (account.state === 'awaiting_approval')
        return showMessage(ctx, messages.registeredWaiting, 200, messages.registered);
      await tokens.startSession(ctx, account);
      seeOther(ctx, '/');
    } catch (error) {
      const list = fieldProblems(messages, error, {
        username: messages.username,
        email: messages.email,
        password: messages.password,
        reason: messages.reason,
      });
      if (!list) return showRefusal(ctx, error, invitation);
      showSignUp(ctx, {
        action: invitation ? `/invite/${invitation}` : '/auth/sign_up',
        fields,
        list,
      });
    }
  }

  /** Somebody else took the last place of the invitation, or nobody may come by themselves. */
  function showRefusal(ctx: Context, error: unknown, invitation: string | undefined): void {
    if (!(error instanceof AppError && error.code === 'forbidden')) throw error;
    const messages = messagesOf(ctx);
    showMessage(ctx, invitation ? messages.invitationBad : messages.closed, 403);
  }

  /** Who is invited has been asked already. */
  function asksWhy(action: string): boolean {
    return action === '/auth/sign_up' && kit.config.registration.mode === 'approval';
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
${asksWhy(form.action) && field({ name: 'reason', label: messages.reason, value: form.fields.reason, hint: messages.reasonHint, required: false })}
<button type="submit">${messages.createAccount}</button></form>`;
    sendPage(ctx, site, {
      title: messages.invitationTitle(site),
      body,
      status: form.list.length > 0 ? 422 : 200,
    });
  }
}
