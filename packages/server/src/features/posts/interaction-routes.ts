/** The client API of likes, reactions, shares, bookmarks, pins and muted threads. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import type { PinPosts } from './pin-post.ts';
import { LIKE, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { PostViews } from './post-view.ts';
import type { React } from './react.ts';
import type { ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';
import type { SharePosts } from './share-post.ts';

const params = z.object({ id: z.string().refine(isId, 'is not a post id') });
/** Reactions of one post that are listed by name. */
const MOST_SHOWN = 500;
const emojiParams = params.extend({ emoji: z.string().min(1).max(100) });

export function addInteractionRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: PostStore;
    reactions: ReactionStore;
    read: ReadPosts;
    views: PostViews;
    react: React;
    shares: SharePosts;
    pins: PinPosts;
    bookmarks: BookmarkStore;
  },
): void {
  const { kit, apis, store, reactions, read, views, react, shares, pins, bookmarks } = deps;

  async function one(post: Post, viewer: Account) {
    const [status] = await views.present([post], viewer);
    if (!status) throw notFound();
    return status;
  }

  type Act = (id: string, account: Account) => Promise<Post>;
  const threadOf = (post: Post) => post.root ?? post._id;
  const actions: [verb: string, scope: string, summary: string, act: Act][] = [
    ['favourite', 'write:favourites', 'Like', (id, account) => react.react(id, account, LIKE)],
    [
      'unfavourite',
      'write:favourites',
      'Take a like back',
      (id, account) => react.unreact(id, account, LIKE),
    ],
    ['unreblog', 'write:statuses', 'Take a share back', shares.unshare],
    [
      'pin',
      'write:accounts',
      'Pin to the own profile',
      (id, account) => pins.pin(id, account, true),
    ],
    ['unpin', 'write:accounts', 'Unpin', (id, account) => pins.pin(id, account, false)],
    [
      'bookmark',
      'write:bookmarks',
      'Keep for later',
      async (id, account) => {
        const post = await read.target(id, account);
        await bookmarks.keep(kit.nextId(), account._id, post._id);
        return post;
      },
    ],
    [
      'unbookmark',
      'write:bookmarks',
      'Keep no longer',
      async (id, account) => {
        const post = await read.target(id, account);
        await bookmarks.drop(account._id, post._id);
        return post;
      },
    ],
    [
      'mute',
      'write:mutes',
      'No more notifications of this thread',
      async (id, account) => {
        const post = await read.target(id, account);
        await bookmarks.muteThread(kit.nextId(), account._id, threadOf(post));
        return post;
      },
    ],
    [
      'unmute',
      'write:mutes',
      'Notifications of this thread again',
      async (id, account) => {
        const post = await read.target(id, account);
        await bookmarks.unmuteThread(account._id, threadOf(post));
        return post;
      },
    ],
  ];
  for (const [verb, scope, summary, act] of actions) {
    endpoints.define(
      {
        method: 'post',
        path: `/api/v1/statuses/:id/${verb}`,
        summary,
        auth: 'member',
        scope,
        params,
      },
      async ({ account, params: { id } }) => one(await act(id, account), account),
    );
  }

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/statuses/:id/reblog',
      summary: 'Share with everybody, or (private) with my followers alone',
      auth: 'member',
      scope: 'write:statuses',
      params,
      body: z.object({ visibility: z.enum(['public', 'unlisted', 'private']).nullish() }),
    },
    async ({ account, params: { id }, body }) => {
      const audience = body.visibility === 'private' ? 'followers' : 'public';
      return one(await shares.share(id, account, audience), account);
    },
  );

  // Ours, and the road that Pleroma's clients know.
  for (const path of [
    '/api/mitoyen/v1/statuses/:id/reactions/:emoji',
    '/api/v1/pleroma/statuses/:id/reactions/:emoji',
  ]) {
    endpoints.define(
      {
        method: 'put',
        path,
        summary: 'React with an emoji',
        auth: 'member',
        scope: 'write:favourites',
        params: emojiParams,
      },
      async ({ account, params: { id, emoji } }) =>
        one(await react.react(id, account, emoji), account),
    );
    endpoints.define(
      {
        method: 'delete',
        path,
        summary: 'Take an emoji back',
        auth: 'member',
        scope: 'write:favourites',
        params: emojiParams,
      },
      async ({ account, params: { id, emoji } }) =>
        one(await react.unreact(id, account, emoji), account),
    );
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/statuses/:id/reactions',
      summary: 'Who reacted, with what',
      auth: 'member',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      const post = await read.target(id, account);
      const all = await reactions.ofPost(post._id, { limit: MOST_SHOWN });
      const shown = await apis.accounts.present(all.map((reaction) => reaction.account));
      return [...Map.groupBy(all, (reaction) => reaction.emoji)].map(([name, of]) => ({
        name,
        count: post.reactions[name] ?? of.length,
        me: of.some((reaction) => reaction.account === account._id),
        accounts: of.flatMap((reaction) => shown.get(reaction.account) ?? []),
      }));
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/favourited_by',
      summary: 'Who likes it, or reacted in another way',
      auth: 'member',
      scope: 'read:statuses',
      params,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      const post = await read.target(id, account);
      const rows = await reactions.ofPost(post._id, idPageOf(query));
      return people(rows, (row) => row.account, query.limit);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/reblogged_by',
      summary: 'Who shared it',
      auth: 'member',
      scope: 'read:statuses',
      params,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      const post = await read.target(id, account);
      const rows = await store.sharesOf(post._id, idPageOf(query));
      return people(rows, (row) => row.author, query.limit);
    },
  );

  async function people<T extends { _id: string }>(
    rows: T[],
    of: (row: T) => string,
    limit: number,
  ) {
    const ids = [...new Set(rows.map(of))];
    const shown = await apis.accounts.present(ids);
    return idPage(
      ids.flatMap((id) => shown.get(id) ?? []),
      rows.map((row) => row._id),
      limit,
    );
  }

  for (const [path, scope, summary, rowsOf] of [
    ['/api/v1/favourites', 'read:favourites', 'What I like', reactions.mine],
    ['/api/v1/bookmarks', 'read:bookmarks', 'What I kept', bookmarks.mine],
  ] as const) {
    endpoints.define(
      { method: 'get', path, summary, auth: 'member', scope, query: pageQuery },
      async ({ account, query }) => {
        const rows: { _id: string; post: string }[] = await rowsOf(account._id, idPageOf(query));
        const found = new Map(
          (await store.many(rows.map((row) => row.post))).map((post) => [post._id, post]),
        );
        const seen = await read.visibleOf(
          rows.flatMap((row) => found.get(row.post) ?? []),
          account,
          { hideMuted: false },
        );
        return idPage(
          await views.present(seen, account),
          rows.map((row) => row._id),
          query.limit,
        );
      },
    );
  }
}
