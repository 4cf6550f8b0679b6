/** What somebody wants by e-mail, and the links that end it. */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { isTimeZone } from '../../platform/time-zone.ts';
import { escapeHtml } from './compose-mail.ts';
import {
  INSTANT_KINDS,
  type MailPreferences,
  type MailRow,
  preferencesOf,
} from './mail-preferences.ts';
import type { MailStore } from './mail-store.ts';
import { mailTexts } from './mail-texts.ts';
import { nextDigest } from './quiet-hours.ts';
import { readLink, type UnsubscribeLink } from './unsubscribe-link.ts';

const PATH = '/api/mitoyen/v1/mail-preferences';
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 22:00');

const change = z.object({
  instant: z.array(z.enum(INSTANT_KINDS)).max(INSTANT_KINDS.length).optional(),
  digest: z.enum(['off', 'daily', 'weekly']).optional(),
  quiet_hours: z.object({ from: time, to: time }).nullable().optional(),
  quiet_push: flag.optional(),
  time_zone: z
    .string()
    .max(60)
    .refine(isTimeZone, 'must be a time zone like Europe/Paris')
    .optional(),
});

export function addMailRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: MailStore; secret: () => string },
): void {
  const { kit, apis, store } = deps;
  const { mail } = kit.config;

  async function view(account: string, row: MailRow | null) {
    const wanted = preferencesOf(row, mail.time_zone);
    return {
      /** Whether this server sends e-mail, and to which address of yours. */
      enabled: apis.mail.isOn(),
      address: await apis.authentication.emailOf(account),
      instant: wanted.instant,
      instant_kinds: INSTANT_KINDS,
      digest: wanted.digest,
      quiet_hours: wanted.quietHours,
      quiet_push: wanted.quietPush,
      time_zone: wanted.timeZone,
    };
  }

  /** With the time of the next digest, which hangs on both its frequency and the time zone. */
  async function set(account: string, wanted: Partial<MailPreferences>): Promise<MailRow> {
    const before = await store.get(account);
    const { digest, timeZone } = { ...preferencesOf(before, mail.time_zone), ...wanted };
    if (digest === 'off') return store.set(account, wanted, ['digestAt']);
    const digestAt = nextDigest(kit.clock.now(), digest, { hour: mail.digest_hour, timeZone });
    return store.set(account, {
      ...wanted,
      digestAt,
      digestUpTo: before?.digestUpTo ?? kit.nextId(),
    });
  }

  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'What I want by e-mail',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => view(account._id, await store.get(account._id)),
  );

  endpoints.define(
    {
      method: 'put',
      path: PATH,
      summary: 'Choose what comes by e-mail, and when not',
      auth: 'member',
      scope: 'write:accounts',
      body: change,
    },
    async ({ account, body }) => {
      const row = await set(account._id, {
        ...(body.instant && { instant: body.instant }),
        ...(body.digest && { digest: body.digest }),
        ...(body.quiet_hours !== undefined && { quietHours: body.quiet_hours }),
        ...(body.quiet_push !== undefined && { quietPush: body.quiet_push }),
        ...(body.time_zone && { timeZone: body.time_zone }),
      });
      return view(account._id, row);
    },
  );

  const path = '/mail/unsubscribe/:account/:kind/:proof';
  // Looking changes nothing: mail scanners open addresses.
  endpoints.router.get(path, (ctx) => {
    const link = linkOf(ctx);
    const texts = textsFor(ctx);
    if (!link) return page(ctx, texts.badLink, '', 404);
    const form = `<p>${escapeHtml(texts.stopAsk[link.kind])}</p><form method="post"><button type="submit">${escapeHtml(texts.stopButton)}</button></form>`;
    page(ctx, texts.stopTitle, form, 200);
  });
  // RFC 8058: one POST, with neither cookie nor token.
  endpoints.router.post(path, async (ctx) => {
    const link = linkOf(ctx);
    const texts = textsFor(ctx);
    if (!link) return page(ctx, texts.badLink, '', 404);
    await set(link.account, link.kind === 'digest' ? { digest: 'off' } : { instant: [] });
    page(ctx, texts.stopped, '', 200);
  });

  function linkOf(ctx: Context): UnsubscribeLink | null {
    const { params } = ctx as Context & { params: Record<string, string> };
    return readLink(params, deps.secret());
  }

  function textsFor(ctx: Context) {
    return mailTexts(ctx.acceptsLanguages('en', 'fr') || 'en');
  }

  function page(ctx: Context, title: string, body: string, status: number): void {
    ctx.status = status;
    ctx.type = 'text/html';
    ctx.set('Cache-Control', 'no-store');
    const site = escapeHtml(kit.config.instance.name);
    ctx.body = `<!doctype html><html lang="${ctx.acceptsLanguages('en', 'fr') || 'en'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · ${site}</title><h1>${escapeHtml(title)}</h1>${body}</html>`;
  }
}
