/** Pages of one's own account: a password by a one-time link, and the devices signed in. */
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, Token } from './auth-store.ts';
import { createForms, seeOther } from './form-pages.ts';
import { field, html, messagesOf, problems, type SafeHtml, sendPage } from './pages.ts';
import { MIN_PASSWORD } from './password.ts';
import type { People } from './people.ts';
import { fieldProblems } from './problem-text.ts';
import { hashSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

export function addAccountPages(
  { router }: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AuthStore; tokens: Tokens; people: People },
): void {
  const { kit, apis, store, tokens, people } = deps;
  const site = kit.config.instance.name;
  const { showMessage, withForm } = createForms(kit);

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
        const messages = messagesOf(ctx);
        const list = fieldProblems(messages, error, { password: messages.password });
        if (!list) throw error;
        return showLink(ctx, account, list);
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
}

function browserName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
  return [browser ? (names[browser] ?? browser) : 'Browser', system].filter(Boolean).join(', ');
}
