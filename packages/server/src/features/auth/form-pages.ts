/** What pages with a form have in common. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { readBody } from '../../platform/http/body.ts';
import { html, messagesOf, sendPage } from './pages.ts';
import { requireSameOrigin } from './same-origin.ts';

export type Fields = Record<string, string | undefined>;

export function createForms(kit: Kit) {
  function showMessage(ctx: Context, text: string, status: number, title?: string): void {
    sendPage(ctx, kit.config.instance.name, {
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

  return { showMessage, withForm };
}

export function seeOther(ctx: Context, to: string): void {
  ctx.status = 303;
  ctx.set('Location', to);
  ctx.body = '';
}
