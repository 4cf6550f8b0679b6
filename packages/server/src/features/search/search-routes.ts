/** Search over HTTP: Mastodon's, and our own with every kind. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { Page } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { SearchPosts } from './search-posts.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';

const KINDS = ['people', 'groups', 'posts', 'messages', 'hashtags', 'files'] as const;
/** People looked at to find those of one kind. */
const MOST_ACCOUNTS = 80;

const q = z.string().trim().min(1, "can't be blank").max(500);
const limit = pageLimit(20, 40);
const id = z.string().max(40).optional();

export function addSearchRoutes(
  endpoints: Endpoints,
  deps: { apis: Apis; posts: SearchPosts },
): void {
  const { apis, posts } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/search',
      summary: 'People and groups, posts and messages, hashtags; only what you may see',
      auth: 'member',
      scope: 'read:search',
      query: z.object({
        q,
        type: z.enum(['accounts', 'statuses', 'hashtags']).optional(),
        resolve: flag.default(false),
        following: flag.default(false),
        exclude_unreviewed: flag.default(false),
        account_id: id,
        max_id: id,
        min_id: id,
        limit,
        offset: z.coerce.number().int().min(0).max(200).catch(0).default(0),
      }),
    },
    async ({ account, query }) => {
      const wants = (type: string) => query.type === undefined || query.type === type;
      // As in Mastodon: an offset counts in the list of one kind.
      const offset = query.type === undefined ? 0 : query.offset;
      const found = await byAddress(account, query);
      if (found) return found;
      const parsed = parseSearch(query.q);
      const [people, statuses, tags] = await Promise.all([
        wants('accounts') ? searchAccounts(account, query, offset) : [],
        wants('statuses')
          ? posts.find({
              query: parsed,
              viewer: account,
              limit: query.limit,
              offset,
              maxId: query.max_id,
              minId: query.min_id,
              author: query.account_id,
            })
          : [],
        wants('hashtags') ? searchTags(query.q, account, query.limit, offset) : [],
      ]);
      return {
        accounts: await showAccounts(people),
        statuses: await apis.posts.present(statuses, account),
        hashtags: await apis.tags.present(tags, account._id),
      };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/search',
      summary:
        'Search with every kind, and how many of each were found on this page; posts, messages and files of one `type` have pages',
      auth: 'member',
      scope: 'read:search',
      query: z.object({
        q,
        type: z.enum(KINDS).optional(),
        limit,
        max_id: id,
      }),
    },
    async ({ account, query }) => {
      const wants = (...kinds: (typeof KINDS)[number][]) =>
        query.type === undefined || kinds.includes(query.type);
      const parsed = parseSearch(query.q);
      const find = (kind: 'posts' | 'messages' | 'files', more: Partial<SearchQuery>) =>
        wants(kind)
          ? posts.find({
              query: { ...parsed, ...more },
              viewer: account,
              limit: query.limit,
              maxId: query.max_id,
            })
          : [];
      const [accounts, open, messages, withFiles, hashtags] = await Promise.all([
        wants('people', 'groups')
          ? apis.accounts.search(query.q, account, { limit: MOST_ACCOUNTS, resolve: false })
          : [],
        find('posts', { is: [...parsed.is, 'post'] }),
        find('messages', { is: [...parsed.is, 'message'] }),
        find('files', { has: [...parsed.has, 'file'] }),
        wants('hashtags') ? searchTags(query.q, account, query.limit, 0) : [],
      ]);
      const ofKind = (isGroup: boolean) =>
        accounts.filter((one) => (one.kind === 'group') === isGroup).slice(0, query.limit);
      const results = {
        people: wants('people') ? await showAccounts(ofKind(false)) : [],
        groups: wants('groups') ? await showAccounts(ofKind(true)) : [],
        posts: await apis.posts.present(open, account),
        messages: await apis.posts.present(messages, account),
        hashtags: await apis.tags.present(hashtags, account._id),
        files: await filesOf(withFiles),
      };
      const counts = Object.fromEntries(
        Object.entries(results).map(([name, list]) => [name, list.length]),
      );
      const page = { posts: open, messages, files: withFiles, ...noPages }[query.type ?? 'people'];
      return new Page({ ...results, counts }, { next: nextOf(page, query.limit), prev: null });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/groups/:id/files',
      summary:
        'Files shown in the posts of a group, newest first; pass the last status_id as max_id',
      auth: 'member',
      scope: 'read:statuses',
      query: z.object({ limit, max_id: id }),
    },
    async ({ account, params, query }) => {
      const group = await apis.groups.get(params.id ?? '');
      const hidden = group && (await apis.groups.hiddenFor(account, [group._id]));
      if (!group || hidden?.has(group._id)) throw notFound();
      const parsed = parseSearch(`in:${group._id} has:file`);
      const page = { viewer: account, limit: query.limit, maxId: query.max_id };
      const found = await posts.find({ ...page, query: parsed });
      return new Page(await filesOf(found), { next: nextOf(found, query.limit), prev: null });
    },
  );

  async function filesOf(found: Post[]) {
    const media = await apis.media.present(found.flatMap((post) => post.media));
    return found.flatMap((post) =>
      post.media.flatMap((one) => {
        const file = media.get(one);
        return file ? [{ file, status_id: post._id, account_id: post.author }] : [];
      }),
    );
  }

  /** An address finds the post itself, or else the person whose address it is. */
  async function byAddress(
    viewer: Account,
    query: { q: string; type?: string; resolve: boolean; limit: number },
  ) {
    if (!/^https?:\/\//i.test(query.q)) return null;
    const wants = (type: string) => query.type === undefined || query.type === type;
    // Both are asked at once, so that a slow host is waited for once.
    const [post, people] = await Promise.all([
      wants('statuses') ? findPost(query.q, query.resolve) : null,
      wants('accounts') ? apis.accounts.search(query.q, viewer, query) : [],
    ]);
    const visible = post ? await apis.posts.visible(post._id, viewer) : null;
    return {
      accounts: await showAccounts(post ? [] : people),
      statuses: visible ? await apis.posts.present([visible], viewer) : [],
      hashtags: [],
    };
  }

  function findPost(address: string, resolve: boolean) {
    return resolve ? apis.posts.resolveIri(address) : apis.posts.byIri(address);
  }

  async function searchAccounts(
    viewer: Account,
    query: { q: string; resolve: boolean; following: boolean; limit: number },
    offset: number,
  ): Promise<Account[]> {
    const most = query.following ? MOST_ACCOUNTS : query.limit + offset;
    const found = await apis.accounts.search(query.q, viewer, {
      limit: most,
      resolve: query.resolve,
    });
    if (!query.following) return found.slice(offset, offset + query.limit);
    const ids = found.map((one) => one._id);
    const followed = new Set(await apis.relations.followsAmong(viewer._id, ids));
    return found.filter((one) => followed.has(one._id)).slice(offset, offset + query.limit);
  }

  async function searchTags(text: string, viewer: Account, most: number, offset: number) {
    const tag = /^#?([\p{L}\p{N}\p{M}_]{1,100})$/u.exec(text)?.[1];
    if (!tag) return [];
    return (await posts.tags(tag, viewer, most + offset)).slice(offset);
  }

  async function showAccounts(accounts: Account[]) {
    const shown = await apis.accounts.present(accounts.map((one) => one._id));
    return accounts.flatMap((one) => shown.get(one._id) ?? []);
  }
}

/** Kinds of which there is one page. */
const noPages = { people: [], groups: [], hashtags: [] };

function nextOf(page: Post[], limit: number): { max_id: string } | null {
  const last = page.length >= limit ? page.at(-1) : undefined;
  return last ? { max_id: last._id } : null;
}
