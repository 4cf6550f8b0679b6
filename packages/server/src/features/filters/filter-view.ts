/** Mastodon `Filter` entities and their parts. */
import type { Filter, FilterKeyword, FilterMatch, FilterPost } from './filter.ts';
import type { FilterResult } from './filters.ts';

export function viewKeyword({ id, keyword, wholeWord }: FilterKeyword) {
  return { id, keyword, whole_word: wholeWord };
}

export function viewFilterPost({ id, post }: FilterPost) {
  return { id, status_id: post };
}

function brief(filter: Filter) {
  return {
    id: filter._id,
    title: filter.title,
    context: filter.contexts,
    expires_at: filter.expiresAt ? new Date(filter.expiresAt).toISOString() : null,
    filter_action: filter.action,
  };
}

export function viewFilter(filter: Filter) {
  return {
    ...brief(filter),
    keywords: filter.keywords.map(viewKeyword),
    statuses: filter.posts.map(viewFilterPost),
  };
}

/** As version 1 had it: each keyword for itself. */
export function viewV1(filter: Filter, { id, keyword, wholeWord }: FilterKeyword) {
  const { context, expires_at } = brief(filter);
  return {
    id,
    phrase: keyword,
    context,
    whole_word: wholeWord,
    expires_at,
    irreversible: filter.action === 'hide',
  };
}

/** `FilterResult`, as posts carry it. */
export function viewMatch({ filter, keywords, posts }: FilterMatch): FilterResult {
  return {
    filter: brief(filter),
    keyword_matches: keywords.length > 0 ? keywords : null,
    status_matches: posts.length > 0 ? posts : null,
  };
}
