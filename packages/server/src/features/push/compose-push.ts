/** What a push says, in Mastodon's shape. */
import { htmlToText } from '@mitoyen/federation';
import type { NotificationView } from '../notifications/notifications.ts';

/** A push is 4,096 bytes at most, encrypted; letters may take four bytes each. */
const MOST_LETTERS = 500;

export function composePush(
  shown: NotificationView,
  options: {
    contentFree: boolean;
    language: string;
    title: string;
    house: string;
    accessToken?: string;
  },
) {
  const { language, house } = options;
  const common = { preferred_locale: language, notification_id: shown.id };
  if (options.contentFree) return { ...common, title: house, body: somethingNew(language) };
  const account = shown.account as { avatar_static?: string } | undefined;
  return {
    ...(options.accessToken && { access_token: options.accessToken }),
    ...common,
    notification_type: shown.type,
    icon: account?.avatar_static ?? null,
    title: options.title,
    body: bodyOf(shown.status as Record<string, unknown> | undefined),
  };
}

function bodyOf(status: Record<string, unknown> | undefined): string {
  if (!status) return '';
  const text = String(status.spoiler_text || htmlToText(String(status.content ?? '')));
  const letters = [...text.trim()];
  return letters.length > MOST_LETTERS
    ? `${letters.slice(0, MOST_LETTERS).join('')}…`
    : text.trim();
}

function somethingNew(language: string): string {
  return language.startsWith('fr') ? 'Il y a du nouveau' : 'There is something new';
}
