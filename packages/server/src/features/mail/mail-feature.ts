/** The mail feature: e-mails at once or as a digest, quiet hours, and letters with one link. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Mail } from './mail.ts';
import { isInstant, preferencesOf } from './mail-preferences.ts';
import { addMailRoutes } from './mail-routes.ts';
import { createMailStore, mailIndexes } from './mail-store.ts';
import { mailTexts } from './mail-texts.ts';
import { nextDigest, quietUntil } from './quiet-hours.ts';
import { createSendDue } from './send-due.ts';
import { createTransport, type Letter } from './transport.ts';
import { languageOf, writeNotice } from './write-letter.ts';

const job = z.object({ kind: z.enum(['instant', 'digest']), account: z.string() });
const LOOK_EVERY_MS = 10_000;
const MOST_AT_ONCE = 500;
const AT_ONCE = 2;
/** What is told now has just been stored. */
const NEWS_MS = 60_000;

export function createMailFeature(kit: Kit, apis: Apis): { feature: Feature; api: Mail } {
  const { mail } = kit.config;
  const store = createMailStore(kit.mongo);
  const transport = mail.url ? createTransport({ url: mail.url, from: mail.from }) : null;
  let secret = '';
  const due = transport && createSendDue({ kit, apis, store, transport, secret: () => secret });
  // Digests begin with the account, not with the first news.
  kit.events.on('account.created', async ({ id }) => {
    const account = transport && (await apis.accounts.get(id));
    if (account?.kind === 'person' && account.domain === null)
      await notified({ account: id, type: '' });
  });
  kit.events.on('account.deleted', async ({ id }) => {
    await store.remove(id);
  });

  async function look(): Promise<void> {
    const now = kit.clock.now();
    for (const [kind, when] of [
      ['instant', 'dueAt'],
      ['digest', 'digestAt'],
    ] as const) {
      const accounts = await store.due(when, now, MOST_AT_ONCE);
      await kit.queues.addMany(
        'mail',
        accounts.map((account) => ({ data: { kind, account }, options: { attempts: 1 } })),
      );
    }
  }

  async function notified(of: { account: string; type: string }): Promise<void> {
    if (!transport) return;
    try {
      const now = kit.clock.now();
      const row = await store.get(of.account);
      const { digest, timeZone, instant } = preferencesOf(row, mail.time_zone);
      const isWanted = isInstant(of.type) && instant.includes(of.type);
      // Who is told for the first time is not told of what came before.
      const before = kit.nextId(now - NEWS_MS);
      const dueAt = now + mail.instant_delay_seconds * 1000;
      const digestAt =
        digest === 'off' ? 0 : nextDigest(now, digest, { hour: mail.digest_hour, timeZone });
      const at = {
        ...(isWanted && { dueAt }),
        ...(digestAt > 0 && row?.digestAt === undefined && { digestAt }),
      };
      if (Object.keys(at).length === 0) return;
      await store.bringForward(of.account, at, {
        ...(row?.toldUpTo === undefined && { toldUpTo: before }),
        ...(row?.digestUpTo === undefined && { digestUpTo: before }),
      });
    } catch (error) {
      kit.log.warn({ err: error, account: of.account }, 'no e-mail was scheduled');
    }
  }

  async function isQuiet(account: string): Promise<boolean> {
    const wanted = preferencesOf(await store.get(account), mail.time_zone);
    const until = quietUntil(kit.clock.now(), wanted.quietHours, wanted.timeZone);
    return wanted.quietPush && until !== null;
  }

  function send(letter: Letter): Promise<void> {
    if (!transport) throw new AppError('unavailable', 'This server sends no e-mail');
    return transport.send(letter);
  }

  const house = kit.config.instance.name;
  const api: Mail = {
    isOn: () => transport !== null,
    notified,
    isQuiet,
    sendInvitation: async ({ to, url, from, language }) => {
      const texts = mailTexts(language);
      const text = texts.invitationText(from, house);
      await send(writeNotice(kit, { to, url, language, text, subject: texts.invitation(house) }));
    },
    sendPasskeyAdded: async ({ to, account, key }) => {
      const language = languageOf(account, kit);
      const texts = mailTexts(language);
      const text = texts.passkeyText(key);
      const url = `${kit.baseUrl}/settings/security`;
      await send(writeNotice(kit, { to, url, language, text, subject: texts.passkey(house) }));
    },
    sendPasswordLink: async ({ to, url, language }) => {
      const texts = mailTexts(language);
      const text = texts.passwordText;
      await send(writeNotice(kit, { to, url, language, text, subject: texts.password(house) }));
    },
  };

  return {
    feature: {
      name: 'mail',
      indexes: mailIndexes,
      start: async () => {
        secret = await store.keepSecret(randomBytes(32).toString('base64url'));
      },
      stop: async () => transport?.close(),
      routes: (endpoints) => addMailRoutes(endpoints, { kit, apis, store, secret: () => secret }),
      ...(due && {
        timers: [{ name: 'mail', everyMs: LOOK_EVERY_MS, run: look }],
        jobs: [
          {
            queue: 'mail' as const,
            concurrency: AT_ONCE,
            handler: async (data) => {
              const { kind, account } = job.parse(data);
              await (kind === 'instant' ? due.sendInstant(account) : due.sendDigest(account));
            },
          },
        ],
      }),
    },
    api,
  };
}
