/** Somebody makes, changes and ends filters, their keywords and posts. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import {
  type Filter,
  type FilterKeyword,
  type FilterPost,
  MOST_FILTERS,
  MOST_KEYWORDS,
  MOST_POSTS,
} from './filter.ts';
import type { FilterStore } from './filter-store.ts';

export type KeywordChange = {
  id?: string;
  keyword?: string;
  wholeWord?: boolean;
  destroy?: boolean;
};
export type FilterChange = Partial<Pick<Filter, 'title' | 'contexts' | 'action'>> & {
  /** Seconds from now; null: for ever. */
  expiresIn?: number | null;
  keywords?: KeywordChange[];
};

export type ManageFilters = ReturnType<typeof createManageFilters>;

export function createManageFilters(deps: { kit: Kit; apis: Apis; store: FilterStore }) {
  const { kit, apis, store } = deps;

  const tooMany = (field: string, most: number) =>
    invalid({ field, code: 'ERR_TOO_MANY', message: `would be more than ${most}` });

  async function create(owner: Account, change: FilterChange): Promise<Filter> {
    const problems = [
      ...(change.title ? [] : [blank('title')]),
      ...(change.contexts?.length ? [] : [blank('context')]),
    ];
    if (problems.length > 0) throw invalid(...problems);
    if ((await store.of(owner._id)).length >= MOST_FILTERS) throw tooMany('title', MOST_FILTERS);
    const filter: Filter = {
      _id: kit.nextId(),
      owner: owner._id,
      title: change.title ?? '',
      contexts: change.contexts ?? [],
      action: change.action ?? 'warn',
      keywords: changeKeywords([], change.keywords ?? []),
      posts: [],
      ...expiryOf(change),
    };
    await store.insert(filter);
    await changed(owner);
    return filter;
  }

  async function change(owner: Account, id: string, wanted: FilterChange): Promise<Filter> {
    const { expiresAt, ...filter } = await get(owner, id);
    if (wanted.contexts?.length === 0) throw invalid(blank('context'));
    const keeps = wanted.expiresIn === undefined && expiresAt !== undefined;
    return save(owner, {
      ...filter,
      title: wanted.title ?? filter.title,
      contexts: wanted.contexts ?? filter.contexts,
      action: wanted.action ?? filter.action,
      keywords: changeKeywords(filter.keywords, wanted.keywords ?? []),
      ...(keeps ? { expiresAt } : expiryOf(wanted)),
    });
  }

  function expiryOf({ expiresIn }: FilterChange): Pick<Filter, 'expiresAt'> {
    return expiresIn ? { expiresAt: kit.clock.now() + expiresIn * 1000 } : {};
  }

  /** Keywords with an id are changed or dropped; those without are new. */
  function changeKeywords(known: FilterKeyword[], changes: KeywordChange[]): FilterKeyword[] {
    const byId = new Map(changes.flatMap((one) => (one.id ? [[one.id, one] as const] : [])));
    if ([...byId.keys()].some((id) => !known.some((one) => one.id === id))) throw notFound();
    const kept = known.flatMap((one) => {
      const wanted = byId.get(one.id);
      if (!wanted) return [one];
      const { destroy, keyword, wholeWord } = wanted;
      return destroy
        ? []
        : [{ ...one, keyword: keyword ?? one.keyword, wholeWord: wholeWord ?? one.wholeWord }];
    });
    const added = changes
      .filter((one) => !one.id && !one.destroy)
      .map((one) => ({
        id: kit.nextId(),
        keyword: one.keyword ?? '',
        wholeWord: one.wholeWord ?? false,
      }));
    const all = [...kept, ...added];
    if (all.some((one) => one.keyword === '')) throw invalid(blank('keyword'));
    if (all.length > MOST_KEYWORDS) throw tooMany('keywords', MOST_KEYWORDS);
    return all;
  }

  async function save(owner: Account, filter: Filter): Promise<Filter> {
    const saved = await store.replace(filter);
    await changed(owner);
    return saved;
  }

  /** A hint to open apps. */
  async function changed(owner: Account): Promise<void> {
    await kit.events.emit({ name: 'filters.changed', id: owner._id, local: true, data: {} });
  }

  async function get(owner: Account, id: string): Promise<Filter> {
    const filter = await store.get(id, owner._id);
    if (!filter) throw notFound();
    return filter;
  }

  async function remove(owner: Account, id: string): Promise<void> {
    if (!(await store.remove(id, owner._id))) throw notFound();
    await changed(owner);
  }

  async function holding(owner: Account, holds: (filter: Filter) => boolean): Promise<Filter> {
    const found = (await store.of(owner._id)).find(holds);
    if (!found) throw notFound();
    return found;
  }

  async function addPost(owner: Account, id: string, post: string): Promise<FilterPost> {
    const filter = await get(owner, id);
    if (!(await apis.posts.visible(post, owner))) throw notFound();
    const known = filter.posts.find((one) => one.post === post);
    if (known) return known;
    if (filter.posts.length >= MOST_POSTS) throw tooMany('status_id', MOST_POSTS);
    const added = { id: kit.nextId(), post };
    await save(owner, { ...filter, posts: [...filter.posts, added] });
    return added;
  }

  async function removePost(owner: Account, id: string): Promise<FilterPost> {
    const filter = await withPost(owner, id);
    const removed = filter.posts.find((one) => one.id === id);
    if (!removed) throw notFound();
    await save(owner, { ...filter, posts: filter.posts.filter((one) => one.id !== id) });
    return removed;
  }

  const withKeyword = (owner: Account, id: string) =>
    holding(owner, (filter) => filter.keywords.some((one) => one.id === id));
  const withPost = (owner: Account, id: string) =>
    holding(owner, (filter) => filter.posts.some((one) => one.id === id));

  return { create, change, get, remove, withKeyword, withPost, addPost, removePost };
}

export function blank(field: string) {
  return { field, code: 'ERR_BLANK', message: "can't be blank" };
}
