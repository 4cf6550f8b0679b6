/** Reading: who the viewer is to these posts, then only what they may see. */

import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { IdPage } from '../../platform/id-page.ts';
import { type Account, isColleague, isStaff } from '../accounts/account.ts';
import type { HiddenBecause } from '../relations/relations.ts';
import { mayRead, type Place, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';

/** Batches read to fill one page where much is filtered out. */
const MOST_ROUNDS = 5;
/** Read beyond the page, so that a few that are filtered out cost no second batch. */
const SPARE = 5;

/** Posts newest first; `next`: below which id more may be. */
export type PostPage = { posts: Post[]; next: string | undefined };

export type ReadPosts = ReturnType<typeof createReadPosts>;

export function createReadPosts(deps: { apis: Apis; store: PostStore }) {
  const { apis, store } = deps;

  /** The tokens that this viewer holds, of those that the posts ask for. */
  async function readerTokens(viewer: Account | null, posts: Post[]): Promise<Set<string>> {
    // Nobody signed in: the open fediverse's public posts only.
    if (!viewer) return new Set(['public']);
    const tokens = new Set<string>(['public', `account:${viewer._id}`]);
    if (isColleague(viewer)) tokens.add('company');
    const asked = new Set(posts.flatMap((post) => post.readers));
    const of = (kind: string) =>
      [...asked].filter((token) => token.startsWith(kind)).map((token) => token.slice(kind.length));
    const [followed, groups] = await Promise.all([
      apis.relations.followsAmong(viewer._id, of('followers:')),
      apis.groups.memberAmong(viewer._id, of('group:')),
    ]);
    for (const id of followed) tokens.add(`followers:${id}`);
    for (const id of groups) tokens.add(`group:${id}`);
    return tokens;
  }

  /** Groups here whose posts are for this person's company, among those of the posts. */
  async function groupsFor(viewer: Account | null, posts: Post[]): Promise<Set<string>> {
    if (!viewer || viewer.domain === null || viewer.state !== 'active') return new Set();
    const host = iriHost(viewer.iri);
    const asked = posts.flatMap(({ group, readers }) =>
      group && readers.includes('company') ? group : [],
    );
    const found = (await apis.groups.getMany(asked)).filter((group) => group.local);
    const admit = await Promise.all(found.map((group) => apis.groups.admits(group._id, host)));
    return new Set(found.filter((_, index) => admit[index]).map((group) => group._id));
  }

  /** Of these posts, those that the viewer may read and has not hidden. */
  async function visibleOf(
    posts: Post[],
    viewer: Account | null,
    options: { hideMuted: boolean },
  ): Promise<Post[]> {
    const there = posts.filter((post) => post.deletedAt === undefined);
    if (there.length === 0) return [];
    const [tokens, companies, hidden] = await Promise.all([
      readerTokens(viewer, there),
      groupsFor(viewer, there),
      viewer && options.hideMuted
        ? apis.relations.hiddenAmong(
            viewer._id,
            there.map((post) => post.author),
          )
        : new Set<string>(),
    ]);
    const isForCompany = ({ group, readers }: Post) =>
      group !== undefined && readers.includes('company') && companies.has(group);
    return there.filter(
      (post) =>
        (mayRead(post, viewer?._id ?? null, tokens) || isForCompany(post)) &&
        !hidden.has(post.author),
    );
  }

  async function visible(id: string, viewer: Account | null): Promise<Post | null> {
    const post = await store.byId(id);
    if (!post) return null;
    const target = post.shareOf ? await store.byId(post.shareOf) : null;
    if (
      post.shareOf &&
      (!target || (await visibleOf([target], viewer, { hideMuted: false })).length === 0)
    )
      return null;
    const [found] = await visibleOf([post], viewer, { hideMuted: false });
    if (
      !found ||
      (await isWithheld(found, viewer)) ||
      (viewer &&
        found.author !== viewer._id &&
        (await apis.relations.blockedEither(viewer._id, found.author)))
    )
      return null;
    return found;
  }

  /** What suspended people wrote is there for those who decide about it. */
  async function isWithheld({ author }: Post, viewer: Account | null): Promise<boolean> {
    if (viewer && isStaff(viewer)) return false;
    return (await apis.accounts.get(author))?.state === 'suspended';
  }

  /** The same for many at once, in the order asked for; who is hidden from the viewer is left out. */
  async function visibleMany(
    ids: string[],
    viewer: Account | null,
    options = { hideMuted: true },
  ): Promise<Post[]> {
    if (ids.length === 0) return [];
    const found = new Map((await store.many([...new Set(ids)])).map((post) => [post._id, post]));
    const posts = ids.flatMap((id) => found.get(id) ?? []);
    return withoutBrokenShares(await visibleOf(posts, viewer, options), viewer);
  }

  /** As `visible`, of several: in the order asked for, what is not there for the viewer left out. */
  async function visibleEach(ids: string[], viewer: Account | null): Promise<Post[]> {
    const posts = await visibleMany(ids, viewer, { hideMuted: false });
    if (!viewer) return posts;
    const authors = posts.map((post) => post.author);
    const hidden = await apis.relations.hiddenBecause(viewer._id, authors);
    const isBlocked = (why?: HiddenBecause) => why === 'blocked_account' || why === 'blocked_by';
    return posts.filter((post) => !isBlocked(hidden.get(post.author)));
  }

  /** A page of a list, newest first, filled up where much of it is not for this viewer. */
  async function page(
    fetch: (page: IdPage) => Promise<Post[]>,
    viewer: Account | null,
    wanted: IdPage & { keep?: (post: Post) => boolean },
  ): Promise<PostPage> {
    const { keep = () => true, minId, limit } = wanted;
    const found: Post[] = [];
    let cursor: IdPage = wanted;
    let more = true;
    for (let round = 0; round < MOST_ROUNDS && found.length <= limit && more; round += 1) {
      const rows = await fetch({ ...cursor, limit: limit + SPARE });
      const shown = await visibleOf(rows.filter(keep), viewer, { hideMuted: true });
      found.push(...(await withoutBrokenShares(shown, viewer)));
      const last = rows.at(-1);
      more = last !== undefined && rows.length === limit + SPARE;
      if (last) cursor = minId ? { ...cursor, minId: last._id } : { ...cursor, maxId: last._id };
    }
    const posts = found.slice(0, limit);
    const isFull = found.length > limit;
    const end = isFull ? posts.at(-1)?._id : (cursor.minId ?? cursor.maxId);
    return {
      posts: minId ? posts.toReversed() : posts,
      // After a page of newer posts the older ones are those before it.
      next: minId ? posts[0]?._id : isFull || more ? end : undefined,
    };
  }

  /** A share is there only where the shared post is for this viewer. */
  async function withoutBrokenShares(posts: Post[], viewer: Account | null): Promise<Post[]> {
    const ids = posts.flatMap((post) => post.shareOf ?? []);
    if (ids.length === 0) return posts;
    const shared = await visibleOf(await store.many(ids), viewer, { hideMuted: true });
    const there = new Set(shared.map((post) => post._id));
    return posts.filter((post) => !post.shareOf || there.has(post.shareOf));
  }

  async function homePlaces(viewer: Account): Promise<Place[]> {
    const [followed, groups] = await Promise.all([
      apis.relations.followedBy(viewer._id),
      apis.groups.groupsOf(viewer._id),
    ]);
    return [
      ...(isColleague(viewer) ? (['company'] as Place[]) : []),
      `wall:${viewer._id}`,
      ...followed.map((id): Place => `wall:${id}`),
      ...groups.map((id): Place => `group:${id}`),
    ];
  }

  /** The post, or what a share shares. @throws AppError not_found */
  async function target(id: string, viewer: Account): Promise<Post> {
    const post = await visible(id, viewer);
    if (!post) throw notFound();
    if (!post.shareOf) return post;
    const shared = await visible(post.shareOf, viewer);
    if (!shared) throw notFound();
    return shared;
  }

  return { visibleOf, visible, visibleMany, visibleEach, target, page, homePlaces };
}
