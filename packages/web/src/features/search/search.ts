/** A search as its address says it: words, filters, and which kind is read page by page. */
import type { Account, Attachment, Status } from '../../api/types.ts';

export const KINDS = ['posts', 'messages', 'files', 'people', 'groups', 'hashtags'] as const;
export type Kind = (typeof KINDS)[number];
export const HAS = ['picture', 'video', 'audio', 'file', 'link', 'poll'] as const;
export const FILTERS = ['from', 'in', 'after', 'before', 'has'] as const;
export type Filters = Record<(typeof FILTERS)[number], string>;
/** Kinds that are written, by somebody, somewhere, on a day. */
export const WRITTEN: Kind[] = ['posts', 'messages', 'files'];

export type FoundFile = { file: Attachment; status_id: string; account_id: string };
export type Found = {
  people: Account[];
  groups: Account[];
  posts: Status[];
  messages: Status[];
  hashtags: { name: string }[];
  files: FoundFile[];
};
export type Asked = { words: string; filters: Filters; kind: Kind | 'all' };

export function readAddress(search: string): Asked {
  const parameters = new URLSearchParams(search);
  const text = (name: string) => parameters.get(name)?.trim() ?? '';
  const filters = Object.fromEntries(FILTERS.map((name) => [name, text(name)])) as Filters;
  return {
    words: text('q'),
    filters,
    kind: KINDS.find((one) => one === text('kind')) ?? 'all',
  };
}

export function addressOf({ words, filters, kind }: Asked): string {
  const parameters = new URLSearchParams();
  if (words) parameters.set('q', words);
  for (const name of FILTERS) if (filters[name]) parameters.set(name, filters[name]);
  if (kind !== 'all') parameters.set('kind', kind);
  return `/search?${parameters}`;
}

export function isFiltered(filters: Filters): boolean {
  return FILTERS.some((name) => filters[name] !== '');
}

/** In the language of searches, as it may also be typed and kept. */
export function queryOf({ words, filters }: Asked): string {
  const conditions = FILTERS.flatMap((name) => {
    const value = filters[name].trim().replace(/^@/, '').replace(/\s+/g, '');
    return value ? `${name}:${value}` : [];
  });
  return [...conditions, words].filter(Boolean).join(' ');
}
