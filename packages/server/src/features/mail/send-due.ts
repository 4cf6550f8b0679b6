/** What is due to somebody by e-mail: what is unread by now, or the digest. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { NotificationView } from '../notifications/notifications.ts';
import type { Place } from '../posts/post.ts';
import { isInstant, preferencesOf } from './mail-preferences.ts';
import type { MailStore } from './mail-store.ts';
import { nextDigest, quietUntil } from './quiet-hours.ts';
import { isRefused, type Transport } from './transport.ts';
import type { MailKind } from './unsubscribe-link.ts';
import { languageOf, type News, writeLetter } from './write-letter.ts';

/** One attempt; should it be lost, the next begins then. */
const CLAIM_MS = 15 * 60_000;
const MOST_NOTIFICATIONS = 40;
const MOST_POSTS = 20;

export function createSendDue(deps: {
  kit: Kit;
  apis: Apis;
  store: MailStore;
  transport: Transport;
  secret: () => string;
}) {
  const { kit, apis, store, transport } = deps;
  const { mail } = kit.config;

  /** Unread news of kinds that somebody wants at once. Outside quiet hours, and once. */
  async function sendInstant(id: string): Promise<void> {
    const now = kit.clock.now();
    const row = await store.claim(id, 'dueAt', now, now + CLAIM_MS);
    if (!row) return;
    const claimed = row.dueAt ?? 0;
    const wanted = preferencesOf(row, mail.time_zone);
    const until = quietUntil(now, wanted.quietHours, wanted.timeZone);
    if (until !== null) {
      await store.finish(id, 'dueAt', claimed, {}, until);
      return;
    }
    const account = await reachable(id);
    const after = row.toldUpTo ?? null;
    const { shown, upTo, more } = account
      ? await apis.notifications.unread(account, page(after))
      : { shown: [], upTo: null, more: false };
    const news = shown.filter((one) => isInstant(one.type) && wanted.instant.includes(one.type));
    if (account && news.length > 0 && upTo)
      await post(account, 'instant', { notifications: titled(news, account), posts: [] }, upTo);
    const next = more ? now : undefined;
    await store.finish(id, 'dueAt', claimed, upTo ? { toldUpTo: upTo } : {}, next);
  }

  async function sendDigest(id: string): Promise<void> {
    const now = kit.clock.now();
    const row = await store.claim(id, 'digestAt', now, now + CLAIM_MS);
    if (!row) return;
    const claimed = row.digestAt ?? 0;
    const { digest, timeZone, instant } = preferencesOf(row, mail.time_zone);
    if (digest === 'off') {
      await store.finish(id, 'digestAt', claimed, {});
      return;
    }
    const account = await reachable(id);
    const upTo = kit.nextId();
    if (account) {
      const unread = (await apis.notifications.unread(account, page(row.digestUpTo ?? null))).shown;
      const told = row.toldUpTo ?? '';
      const fresh = unread.filter(
        (one) => !(isInstant(one.type) && instant.includes(one.type) && one.id <= told),
      );
      const posts = await newPosts(account, row.digestUpTo, fresh);
      if (fresh.length + posts.length > 0)
        await post(account, 'digest', { notifications: titled(fresh, account), posts }, upTo);
    }
    const next = nextDigest(now, digest, { hour: mail.digest_hour, timeZone });
    await store.finish(id, 'digestAt', claimed, { digestUpTo: upTo }, next);
  }

  /** What came into the company's and the groups' feeds since, by others, and is not told already. */
  async function newPosts(
    account: Account,
    since: string | undefined,
    told: NotificationView[],
  ): Promise<News['posts']> {
    // Before the first digest there is no "since".
    if (!since) return [];
    const groups = await apis.groups.groupsOf(account._id);
    const places: Place[] = [
      ...(isColleague(account) ? (['company'] as const) : []),
      ...groups.map((group): Place => `group:${group}`),
    ];
    const posts = await apis.posts.feed(places, account, { sinceId: since, limit: MOST_POSTS });
    const shown = await apis.posts.presentIn(
      'home',
      posts.filter((one) => one.author !== account._id),
      account,
    );
    const before = new Set(told.flatMap(({ status }) => (status as { id?: string })?.id ?? []));
    return shown.filter((one) => !before.has(one.id)).toReversed();
  }

  async function reachable(id: string): Promise<Account | null> {
    const account = await apis.accounts.get(id);
    return account?.state === 'active' && account.domain === null ? account : null;
  }

  function titled(shown: News['notifications'][number]['shown'][], account: Account) {
    const language = languageOf(account, kit);
    return shown.map((one) => ({
      shown: one,
      title: apis.notifications.describe(one, language, account._id),
    }));
  }

  async function post(account: Account, kind: MailKind, news: News, id: string): Promise<void> {
    const to = await apis.authentication.emailOf(account._id);
    if (!to) return;
    const letter = writeLetter(kit, { to, account, kind, news, id, secret: deps.secret() });
    try {
      await transport.send(letter);
    } catch (error) {
      if (!isRefused(error)) throw error;
      // Asking again would be refused again: the next news is another try.
      kit.log.warn({ err: error, account: account._id }, 'an e-mail was refused');
    }
  }

  return { sendInstant, sendDigest };
}

function page(after: string | null) {
  return { after, limit: MOST_NOTIFICATIONS };
}
