/** What pages with a form have in common. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
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
    await withLimit(ctx, () => run(texts, ctx));
  }

  /** Whoever tries too often reads so, in the language of the page. */
  async function withLimit(ctx: Context, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'rate_limited')) throw error;
      ctx.set('Retry-After', String(error.retryAfterSeconds ?? 60));
      showMessage(ctx, messagesOf(ctx).tooMany, 429);
    }
  }

  return { showMessage, withForm, withLimit };
}

export function seeOther(ctx: Context, to: string): void {
  ctx.status = 303;
  ctx.set('Location', to);
  ctx.body = '';
}
