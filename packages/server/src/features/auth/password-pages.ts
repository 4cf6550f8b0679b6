/** Who forgot their password asks for a link by e-mail. The page says the same whether the address is known or not. */
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { field, html, messagesOf, sendPage } from './pages.ts';
import { requireSameOrigin } from './same-origin.ts';
import { hashSecret } from './secret.ts';

export const FORGOTTEN_PATH = '/auth/forgotten';
const LINK_MS = 3600_000;

export function addPasswordPages(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: AuthStore;
    createLink: (account: string, milliseconds: number) => Promise<{ url: string }>;
  },
): void {
  const { kit, apis, store } = deps;
  const { router } = endpoints;
  const site = kit.config.instance.name;

  router.get(FORGOTTEN_PATH, (ctx) => {
    const messages = messagesOf(ctx);
    const body = html`<form method="post">
${field({ name: 'email', label: messages.email, type: 'email', autocomplete: 'email' })}
<button type="submit">${messages.sendLink}</button></form>`;
    sendPage(ctx, site, { title: messages.forgotten, body });
  });

  router.post(FORGOTTEN_PATH, async (ctx: Context) => {
    requireSameOrigin(ctx, kit.baseUrl);
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const email = String(fields.email ?? '')
      .trim()
      .toLowerCase()
      .slice(0, 254);
    const messages = messagesOf(ctx);
    await limit('password-mail-ip', ctx.state.clientIp);
    await limit('password-mail-to', hashSecret(email));
    // Not waited for: how long it takes would tell whether the address is known.
    sendLink(email, messages.lang).catch((error) =>
      kit.log.warn({ err: error }, 'a link for a new password was not sent'),
    );
    const body = html`<p>${messages.linkSent}</p>`;
    sendPage(ctx, site, { title: messages.forgotten, body });
  });

  function limit(name: string, key: string) {
    const { password_mails_per_hour } = kit.config.limits;
    return kit.rateLimiter.take({
      name,
      key,
      limit: password_mails_per_hour,
      windowSeconds: 3600,
    });
  }

  async function sendLink(email: string, language: string): Promise<void> {
    const credentials = email ? await store.byEmail(email) : null;
    const account = credentials && (await apis.accounts.get(credentials._id));
    if (account?.state !== 'active') return;
    const { url } = await deps.createLink(account._id, LINK_MS);
    await apis.mail.sendPasswordLink({
      to: email,
      url,
      language: account.language ?? language,
    });
  }
}
