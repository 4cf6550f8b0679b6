/** Filters: words and posts that somebody wants hidden or behind a warning. Types and pure rules. */
export const FILTER_CONTEXTS = ['home', 'notifications', 'public', 'thread', 'account'] as const;
export const FILTER_ACTIONS = ['warn', 'hide', 'blur'] as const;
export type FilterContext = (typeof FILTER_CONTEXTS)[number];
export type FilterAction = (typeof FILTER_ACTIONS)[number];

export type FilterKeyword = { id: string; keyword: string; wholeWord: boolean };
export type FilterPost = { id: string; post: string };

export type Filter = {
  _id: string;
  owner: string;
  title: string;
  contexts: FilterContext[];
  action: FilterAction;
  keywords: FilterKeyword[];
  posts: FilterPost[];
  /** Milliseconds since the epoch; absent: for ever. */
  expiresAt?: number;
};

export const MOST_FILTERS = 100;
export const MOST_KEYWORDS = 200;
export const MOST_POSTS = 200;

export function isActive(filter: Filter, now: number): boolean {
  return filter.expiresAt === undefined || filter.expiresAt > now;
}

/** What a filter says of a post; null where nothing. */
export type FilterMatch = { filter: Filter; keywords: string[]; posts: string[] };
/** Whether its reader wants to see nothing of a post in such a place. */
export function isHidden(
  shown: { filtered: { filter: { context: FilterContext[]; filter_action: FilterAction } }[] },
  context: FilterContext,
): boolean {
  return shown.filtered.some(
    ({ filter }) => filter.filter_action === 'hide' && filter.context.includes(context),
  );
}

/** `text`: all that can be read in the post; `ids`: its own, and of what it shares. */
export type MatchFilters = (text: string, ids: string[]) => FilterMatch[];

export function createMatcher(filters: Filter[]): MatchFilters {
  const compiled = filters.map((filter) => ({
    filter,
    posts: new Set(filter.posts.map((one) => one.post)),
    keywords: filter.keywords.map((one) => ({ ...one, pattern: patternOf(one) })),
  }));
  return (text, ids) => {
    const normal = text.normalize('NFKC');
    return compiled.flatMap(({ filter, posts, keywords }) => {
      const said = keywords.filter(({ pattern }) => pattern.test(normal));
      const named = ids.filter((id) => posts.has(id));
      if (said.length === 0 && named.length === 0) return [];
      return [{ filter, keywords: said.map((one) => one.keyword), posts: named }];
    });
  };
}

/** A whole word ends where no letter, digit or underscore follows, in any script. */
function patternOf({ keyword, wholeWord }: FilterKeyword): RegExp {
  const escaped = keyword.normalize('NFKC').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const word = '[\\p{L}\\p{N}\\p{M}_]';
  const startsWord = new RegExp(`^${word}`, 'u').test(keyword);
  const endsWord = new RegExp(`${word}$`, 'u').test(keyword);
  return new RegExp(
    `${wholeWord && startsWord ? `(?<!${word})` : ''}${escaped}${wholeWord && endsWord ? `(?!${word})` : ''}`,
    'iu',
  );
}
