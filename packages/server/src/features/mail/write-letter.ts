/** Letters to one person about what they may see, whole; or without content where the house wants that. */
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { NotificationView } from '../notifications/notifications.ts';
import type { StatusView } from '../posts/posts.ts';
import { composeHtml, composeText, type MailBody, type MailEntry } from './compose-mail.ts';
import { mailTexts } from './mail-texts.ts';
import type { Letter } from './transport.ts';
import { type MailKind, writeLink } from './unsubscribe-link.ts';

export type News = {
  notifications: { shown: NotificationView; title: string }[];
  posts: StatusView[];
};

export function languageOf(account: Pick<Account, 'language'>, kit: Pick<Kit, 'config'>): string {
  return account.language ?? kit.config.instance.languages[0] ?? 'en';
}

/** `id`: of the newest thing in it, so that the same letter is always the same. */
export function writeLetter(
  kit: Kit,
  options: {
    to: string;
    account: Account;
    kind: MailKind;
    news: News;
    id: string;
    secret: string;
  },
): Letter {
  const { account, kind, news, secret } = options;
  const language = languageOf(account, kit);
  const texts = mailTexts(language);
  const house = kit.config.instance.name;
  const withheld = kit.config.mail.content === 'none' ? texts.withheld : null;
  const sections = [
    {
      heading: kind === 'digest' ? texts.notifications : null,
      entries: news.notifications.map(({ shown, title }) =>
        entryOf(kit, title, shown.status as StatusView | undefined, withheld),
      ),
    },
    {
      heading: texts.posts,
      entries: news.posts.map((post) => entryOf(kit, nameOf(post), post, withheld)),
    },
  ].filter((section) => section.entries.length > 0);
  const unsubscribe = writeLink(kit.baseUrl, { account: account._id, kind }, secret);
  const [first, ...more] = news.notifications;
  const subject =
    kind === 'digest'
      ? texts.digest(house)
      : more.length === 0
        ? texts.one(house, first?.title ?? '')
        : texts.many(house, more.length + 1);
  const body: MailBody = {
    greeting: texts.hello(account.displayName || account.username),
    sections,
    openLabel: texts.open,
    footer: [texts.why(house), texts.preferences],
    unsubscribe: { label: texts.stop, url: unsubscribe },
  };
  return {
    to: options.to,
    subject,
    text: composeText(body),
    html: composeHtml(body, language),
    messageId: `<${kind}.${account._id}.${options.id}@${hostName(kit)}>`,
    headers: {
      // RFC 8058: mail programs show a button that needs no visit.
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': `${kind} <${kind}.${hostName(kit)}>`,
    },
  };
}

/** A letter with one link: an invitation, a new password. */
export function writeNotice(
  kit: Kit,
  notice: { to: string; subject: string; text: string; url: string; language: string },
): Letter {
  const texts = mailTexts(notice.language);
  const body: MailBody = {
    greeting: null,
    sections: [],
    paragraphs: [notice.text],
    link: { label: texts.open, url: notice.url },
    openLabel: texts.open,
    footer: [],
  };
  return {
    to: notice.to,
    subject: notice.subject,
    text: composeText(body),
    html: composeHtml(body, notice.language),
    messageId: `<notice.${kit.nextId()}@${hostName(kit)}>`,
  };
}

function entryOf(
  kit: Kit,
  title: string,
  status: StatusView | undefined,
  withheld: string | null,
): MailEntry {
  const shown = (status?.reblog ?? status) as Record<string, unknown> | undefined;
  const media = (shown?.media_attachments ?? []) as { description?: string; type?: string }[];
  return {
    title,
    html: withheld ? '' : String(shown?.content ?? ''),
    warning: status && withheld ? withheld : String(shown?.spoiler_text ?? ''),
    pictures: withheld ? [] : media.map((one) => one.description || (one.type ?? '')),
    url: status ? `${kit.baseUrl}/posts/${status.id}` : kit.baseUrl,
  };
}

function nameOf(post: StatusView): string {
  const { display_name, acct } = post.account as { display_name?: string; acct: string };
  const { group } = (post.mitoyen ?? {}) as { group?: { name?: string } | null };
  return `${display_name || acct}${group?.name ? ` · ${group.name}` : ''}`;
}

function hostName(kit: Kit): string {
  return new URL(kit.baseUrl).hostname;
}
