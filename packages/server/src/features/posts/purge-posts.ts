/** Drops copies of posts with what hangs on them: an agreement ended, somebody is gone. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import { type FrozenPostStore, toFrozen } from './frozen-post-store.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import type { PostStore } from './post-store.ts';
import type { Posts } from './posts.ts';
import type { PurgeFilter, PurgeRow, PurgeStore } from './purge-store.ts';
import type { QuoteStore } from './quote-store.ts';
import type { ReactionStore } from './reaction-store.ts';

const AT_ONCE = 500;

export function createPurgePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  quoteStore: QuoteStore;
  copies: PurgeStore;
  reactions: ReactionStore;
  bookmarks: BookmarkStore;
  votes: PollVoteStore;
  frozen: FrozenPostStore;
}) {
  const { kit, apis, store, quoteStore, copies, reactions, bookmarks, votes, frozen } = deps;

  /** Repeats until nothing is left; safe to run twice. */
  async function purgeFrom(filter: Parameters<Posts['purgeFrom']>[0]): Promise<number> {
    const wanted = readFilter(filter);
    if (!wanted) return 0;
    let purged = 0;
    for (;;) {
      const batch = await copies.some(wanted, AT_ONCE);
      if (batch.length === 0) return purged;
      if (filter.host && filter.freeze) await freeze(filter.host, batch);
      // Only what this run removed: another may be at it after a crash.
      purged += await purge(batch);
    }
  }

  async function purge(batch: PurgeRow[]): Promise<number> {
    const ids = batch.map((post) => post._id);
    await countDown(batch);
    await reactions.purgePosts(ids);
    await bookmarks.purgePosts(ids);
    await votes.purgePosts(ids);
    await apis.acknowledgements.purge(ids);
    await apis.calendar.purge(ids);
    await apis.search.forget(ids);
    await apis.notifications.withdraw({ posts: ids });
    const pictures = batch.flatMap((post) => (post.local ? [] : post.media));
    if (pictures.length > 0) await apis.media.removeOf({ ids: pictures });
    const purged = await copies.purge(ids);
    const quoted = new Set(batch.flatMap((post) => post.quote?.post ?? []));
    for (const id of quoted) await quoteStore.recount(id);
    return purged;
  }

  /** Before they go, so that a crash in between leaves both and not neither. */
  async function freeze(host: string, batch: PurgeRow[]): Promise<void> {
    const posts = await store.many(batch.map((post) => post._id));
    const kept = posts.filter((post) => post.kind === 'post' && post.deletedAt === undefined);
    await frozen.keep(kept.map((post) => toFrozen(post, host, kit.clock.now())));
  }

  const ageOut: Posts['ageOut'] = async ({ host, before, after = '', most, ...options }) => {
    const rows = await copies.datedOf(host, after, most);
    const old = rows.filter((row) => row.publishedAt < before);
    let gone = 0;
    if (old.length > 0) {
      const batch = await store.many(old.map((row) => row._id));
      if (options.freeze) await freeze(host, batch);
      gone = await purge(batch);
    }
    return { gone, next: rows.at(-1)?.iri ?? null };
  };

  /** What stays no longer counts the comments and shares that go. */
  async function countDown(batch: PurgeRow[]): Promise<void> {
    const live = batch.filter((post) => post.deletedAt === undefined);
    await Promise.all(
      live.flatMap((post) => [
        ...(post.countedIn ?? []).map((id) =>
          store.addCounts({ id, inc: { 'counts.comments': -1 } }),
        ),
        ...(post.shareOf
          ? [store.addCounts({ id: post.shareOf, inc: { 'counts.shares': -1 } })]
          : []),
      ]),
    );
  }

  /** What somebody who is gone said and gave elsewhere goes too. */
  async function purgeReactionsOf(account: string): Promise<void> {
    for (;;) {
      const batch = await reactions.ofAccount(account, AT_ONCE);
      if (batch.length === 0) return;
      const live = batch.filter((reaction) => !reaction.ended);
      await Promise.all(
        live.map(({ post, emoji }) =>
          store.addCounts({
            id: post,
            inc: { 'counts.reactions': -1, [`reactions.${emoji}`]: -1 },
          }),
        ),
      );
      for (const { post, emoji } of live) await store.forgetEmoji(post, emoji);
      await reactions.removeMany(batch.map((reaction) => reaction._id));
    }
  }

  kit.events.on('account.deleted', async ({ id }) => {
    const account = await apis.accounts.get(id);
    if (!account || account.domain === null) return;
    await purgeReactionsOf(id);
    await purgeFrom({ author: id });
    await frozen.removeAuthor(id);
    await apis.media.removeOf({ owner: id });
  });

  return { purgeFrom, ageOut, countOf: copies.count };
}

function readFilter({
  host,
  author,
  group,
}: Parameters<Posts['purgeFrom']>[0]): PurgeFilter | null {
  if (host) return { host };
  if (author) return { author };
  return group ? { group } : null;
}
