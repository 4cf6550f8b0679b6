/** Timelines: home, public, hashtag, group, and the posts of one account. */

import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { AppError, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { idPageOf, Page, pageQuery } from '../../platform/http/pages.ts';
import type { IdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { FilterContext } from '../filters/filter.ts';
import { isInLanguage, type Place, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { PostViews } from './post-view.ts';
import type { ReadPosts } from './read-posts.ts';
import { withSharedLanguage } from './shared-language.ts';
import { isBySilenced } from './status-parts-view.ts';

const idParams = z.object({ id: z.string().refine(isId, 'is not an id') });

const openQuery = pageQuery.extend({
  local: flag.optional(),
  remote: flag.optional(),
  only_media: flag.optional(),
});
/** Further hashtags beside the one of the address; what is beyond is not looked at, as in Mastodon. */
const MOST_FURTHER_TAGS = 4;
const tagList = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value].filter(Boolean)),
  z.array(z.string().max(100)).transform((tags) => tags.slice(0, MOST_FURTHER_TAGS).map(streamOf)),
);

function streamOf(tag: string): string {
  return `tag:${tag.replace(/^#/, '').toLowerCase()}`;
}

export function addTimelineRoutes(
  endpoints: Endpoints,
  deps: { apis: Apis; store: PostStore; read: ReadPosts; views: PostViews },
): void {
  const { apis, store, read, views } = deps;

  /** A page of a list for this viewer, with where the next one begins. */
  async function answer(
    fetch: (page: IdPage) => Promise<Post[]>,
    viewer: Account | null,
    query: z.output<typeof pageQuery>,
    options: {
      keep?: (post: Post) => boolean;
      tidy?: (posts: Post[]) => Post[];
      context?: FilterContext;
    } = {},
  ): Promise<Page> {
    const { keep, tidy = (posts) => posts, context = 'home' } = options;
    const { posts, next } = await read.page(fetch, viewer, { ...idPageOf(query), keep });
    const first = posts[0]?._id;
    const shown = await views.presentIn(context, tidy(posts), viewer);
    const items = shown.filter((status) => context !== 'public' || !isBySilenced(status));
    return new Page(items, {
      next: next ? { max_id: next } : null,
      prev: first ? { min_id: first } : null,
    });
  }

  /** Posts of hosts that are silenced are in no public list. */
  function isListed({ host }: Post): boolean {
    return host === undefined || !apis.policy.restriction(host)?.silence;
  }

  function requireReader(viewer: Account | null): void {
    if (!viewer && apis.policy.mode() !== 'open')
      throw new AppError('unauthenticated', 'This method requires an authenticated user');
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/timelines/home',
      summary: 'The feed: company, groups and people followed, newest first',
      auth: 'member',
      scope: 'read:statuses',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const elsewhere = await apis.lists.readElsewhere(account._id);
      const places = (await read.homePlaces(account)).filter(
        (place) => !elsewhere.has(place.slice(place.indexOf(':') + 1)),
      );
      const streams = (await apis.tags.followedBy(account._id)).map((tag) => `tag:${tag}`);
      const listed = new Set<string>(places);
      const [quiet, languages] = await Promise.all([
        apis.relations.followedWithoutShares(account._id),
        apis.relations.followedInLanguages(account._id),
      ]);
      const fetch = async (page: IdPage) =>
        withSharedLanguage(store, await store.home(places, streams, page), languages);
      return answer(fetch, account, query, {
        keep: (post) => {
          if (post.kind === 'share' && quiet.has(post.author)) return false;
          if (!isInLanguage(post, languages.get(post.author))) return false;
          // Of hashtags followed, what everybody may read.
          if (!listed.has(post.feed ?? ''))
            return post.audience === 'public' && !elsewhere.has(post.author);
          // Colleagues share one wall.
          return post.feed !== 'company' || !elsewhere.has(post.author);
        },
        tidy: withoutRepeats,
      });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/timelines/public',
      summary: 'Public posts known here',
      auth: 'optional',
      scope: 'read:statuses',
      query: openQuery,
    },
    async ({ account, query }) => {
      requireReader(account);
      const streams = query.local ? ['local'] : query.remote ? ['remote'] : ['local', 'remote'];
      const only = { withMedia: query.only_media };
      return answer((page) => store.stream(streams, page, only), account, query, {
        context: 'public',
        keep: isListed,
      });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/timelines/tag/:tag',
      summary: 'Posts with a hashtag: or with `any` of others, with `all`, with `none`',
      auth: 'optional',
      scope: 'read:statuses',
      params: z.object({ tag: z.string().min(1).max(100) }),
      query: openQuery.extend({ any: tagList, all: tagList, none: tagList }),
    },
    async ({ account, params, query }) => {
      requireReader(account);
      const only = {
        all: query.all,
        none: query.none,
        local: query.local ? true : query.remote ? false : undefined,
        withMedia: query.only_media,
      };
      const wanted = [streamOf(params.tag), ...query.any];
      return answer((page) => store.stream(wanted, page, only), account, query, {
        context: 'public',
        keep: isListed,
      });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/timelines/group/:id',
      summary: 'Posts of a group',
      auth: 'member',
      scope: 'read:statuses',
      params: idParams,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      const hidden = await apis.groups.hiddenFor(account, [id]);
      if (hidden.has(id) || !(await apis.groups.get(id))) throw notFound();
      return answer((page) => store.feed([`group:${id}`], page), account, query);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/timelines/list/:id',
      summary: 'Posts of a list (a group is one)',
      auth: 'member',
      scope: 'read:lists',
      params: idParams,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      const source = await apis.lists.source(account._id, id);
      if (!source) throw notFound();
      const { people, replies } = source;
      const places = source.groups.map((group): Place => `group:${group}`);
      const followed = replies === 'followed' ? await apis.relations.followedBy(account._id) : [];
      const answered = new Set(replies === 'none' ? [] : [...people, ...followed]);
      return answer((page) => store.ofList(people, places, page), account, query, {
        keep: (post) =>
          post.audience !== 'direct' &&
          (!post.inReplyToIri || answered.has(post.inReplyToAccount ?? '')),
        tidy: withoutRepeats,
      });
    },
  );

  /** Newest pin first. */
  async function pinnedIn(group: string): Promise<Post[]> {
    const pinned = (await apis.groups.get(group))?.pinned ?? [];
    const posts = new Map((await store.many(pinned)).map((post) => [post._id, post]));
    return pinned.flatMap((id) => posts.get(id) ?? []);
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/:id/statuses',
      summary: 'Posts of an account; of a group: what was posted in it',
      auth: 'optional',
      scope: 'read:statuses',
      params: idParams,
      query: pageQuery.extend({
        pinned: flag.optional(),
        exclude_replies: flag.optional(),
        exclude_reblogs: flag.optional(),
        only_media: flag.optional(),
        tagged: z.string().max(100).optional(),
      }),
    },
    async ({ account, params: { id }, query }) => {
      requireReader(account);
      const author = await apis.accounts.get(id);
      const hidden = await apis.groups.hiddenFor(account, [id]);
      if (!author || hidden.has(id)) throw notFound();
      if (query.pinned) {
        const pinned = author.kind === 'group' ? await pinnedIn(id) : await store.pinned(id);
        return views.present(await read.visibleOf(pinned, account, { hideMuted: false }), account);
      }
      const tag = query.tagged?.toLowerCase();
      const wanted = (post: Post) =>
        !(query.exclude_replies && post.inReplyToIri) &&
        !(query.exclude_reblogs && post.kind === 'share') &&
        !(query.only_media && post.media.length === 0) &&
        !(tag && !post.hashtags.includes(tag)) &&
        post.audience !== 'direct';
      const fetch = (page: IdPage) =>
        author.kind === 'group' ? store.feed([`group:${id}`], page) : store.byAuthor(id, page);
      return answer(fetch, account, query, { keep: wanted, context: 'account' });
    },
  );
}

/** A post that several people shared is shown once on a page, in the place of the newest. */
function withoutRepeats(posts: Post[]): Post[] {
  const seen = new Set<string>();
  return posts.filter((post) => {
    const subject = post.shareOf ?? post._id;
    if (seen.has(subject)) return false;
    seen.add(subject);
    return true;
  });
}
