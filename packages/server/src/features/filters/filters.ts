/** What other features may ask of the filters feature. */
import type { FilterAction, FilterContext } from './filter.ts';

/** A Mastodon `FilterResult` entity. */
export type FilterResult = {
  filter: { context: FilterContext[]; filter_action: FilterAction } & Record<string, unknown>;
  keyword_matches: string[] | null;
  status_matches: string[] | null;
};

/** `text`: all that can be read in a post; `ids`: its own, and of what it shares. */
export type FilterPosts = (text: string, ids: string[]) => FilterResult[];

export type Filters = {
  /** The reader's active filters, ready to be held against posts; null where there are none. */
  forReader: (reader: string) => Promise<FilterPosts | null>;
};
