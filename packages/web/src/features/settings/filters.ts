/** Words that somebody does not want to read, and where. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export const CONTEXTS = ['home', 'notifications', 'public', 'thread', 'account'] as const;
export type Context = (typeof CONTEXTS)[number];
export type Action = 'warn' | 'hide' | 'blur';
type Keyword = { id: string; keyword: string; whole_word: boolean };
export type Filter = {
  id: string;
  title: string;
  context: Context[];
  expires_at: string | null;
  filter_action: Action;
  keywords: Keyword[];
};

export const FILTERS = '/api/v2/filters';
export const CONTEXT_TEXT: Record<Context, MessageKey> = {
  home: 'nav.feed',
  notifications: 'alerts.title',
  public: 'filters.public',
  thread: 'filters.thread',
  account: 'filters.account',
};
export const ACTION_TEXT: Record<Action, MessageKey> = {
  warn: 'filters.warn',
  hide: 'filters.hide',
  blur: 'filters.blur',
};

/** What the server must change so that a filter has these words: one to a line. */
export function keywordChanges(text: string, before: Keyword[]): object[] {
  const words = [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
  const gone = before.filter((one) => !words.includes(one.keyword));
  const known = new Set(before.map((one) => one.keyword));
  return [
    ...gone.map(({ id }) => ({ id, _destroy: true })),
    ...words.filter((word) => !known.has(word)).map((keyword) => ({ keyword, whole_word: true })),
  ];
}
