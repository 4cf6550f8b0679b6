/** Finds what completes a begun mention, hashtag or emoji. */
import { get } from '../../api/http.ts';
import type { Account } from '../../api/types.ts';
import { locale } from '../../i18n/i18n.svelte.ts';
import { customEmojis } from '../../stores/custom-emojis.ts';
import { loadEmojis } from '../../ui/emoji-data.ts';
import type { Mark } from './begun.ts';

export type Found = {
  key: string;
  /** What is written into the text. */
  text: string;
  label: string;
  note: string;
  account: Account | null;
  emoji: string | null;
  /** Of an emoji of the house's own. */
  url?: string;
};

const MOST = 6;

export function find(mark: Mark, words: string, signal: AbortSignal): Promise<Found[]> {
  switch (mark) {
    case '@':
      return people(words, signal);
    case '#':
      return hashtags(words, signal);
    case ':':
      return emojis(words);
  }
}

async function people(q: string, signal: AbortSignal): Promise<Found[]> {
  const found = await get<Account[]>('/api/v1/accounts/search', { q, limit: MOST }, signal);
  return found
    .filter((one) => !one.group)
    .map((account) => ({
      key: account.id,
      text: `@${account.acct}`,
      label: account.display_name || account.username,
      note: `@${account.acct}`,
      account,
      emoji: null,
    }));
}

async function hashtags(q: string, signal: AbortSignal): Promise<Found[]> {
  const query = { q, type: 'hashtags', limit: MOST };
  const found = await get<{ hashtags: { name: string }[] }>('/api/v2/search', query, signal);
  return found.hashtags.map(({ name }) => ({
    key: name,
    text: `#${name}`,
    label: `#${name}`,
    note: '',
    account: null,
    emoji: null,
  }));
}

async function emojis(words: string): Promise<Found[]> {
  const wanted = words.toLowerCase().replaceAll('_', ' ');
  const [all, own] = await Promise.all([loadEmojis(locale()), customEmojis()]);
  const ours = own
    .filter((one) => one.shortcode.toLowerCase().includes(words.toLowerCase()))
    .slice(0, MOST)
    .map(({ shortcode, url }) => ({
      key: shortcode,
      text: `:${shortcode}:`,
      label: shortcode,
      note: '',
      account: null,
      emoji: `:${shortcode}:`,
      url,
    }));
  const known = all
    .filter((one) => one.words.includes(wanted))
    .slice(0, MOST)
    .map(({ emoji, name }) => ({
      key: emoji,
      text: emoji,
      label: name,
      note: '',
      account: null,
      emoji,
    }));
  return [...ours, ...known].slice(0, MOST);
}
