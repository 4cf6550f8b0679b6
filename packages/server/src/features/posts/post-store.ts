import type { Document, Filter } from 'mongodb';
import { createCoalescer } from '../../platform/coalesce.ts';
import { type IdPage, idOrder, idRange, readIdPage } from '../../platform/id-page.ts';
import { createFinder, createInserter, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Place, Post } from './post.ts';

/** Comments that came before what they answer, adopted at once. */
const MOST_ORPHANS = 500;

export type StoredPost = Post & {
  /** The id on the wire of a parent that we do not hold (yet). */
  orphanOf?: string;
};

/** What of some streams is asked for: also in all of these and in none of those. */
export type StreamFilter = {
  all?: string[];
  none?: string[];
  local?: boolean | undefined;
  withMedia?: boolean | undefined;
};

export type PostStore = ReturnType<typeof createPostStore>;

export function createPostStore(mongo: Mongo) {
  const posts = mongo.collection<StoredPost>('posts');

  const addCounts = createCoalescer(
    async (changes: { id: string; inc: Record<string, number> }[]) => {
      const merged = [...Map.groupBy(changes, (change) => change.id)].map(([id, of]) => {
        const inc: Record<string, number> = {};
        for (const [key, by] of of.flatMap((change) => Object.entries(change.inc)))
          inc[key] = (inc[key] ?? 0) + by;
        return { updateOne: { filter: { _id: id }, update: { $inc: inc } as Document } };
      });
      await posts.bulkWrite(merged as never, { ordered: false });
      return changes.map(() => ({ ok: true as const, value: undefined }));
    },
  );

  const orphansOf = createCoalescer(async (iris: string[]) => {
    const found = await posts
      .find({ orphanOf: { $in: [...new Set(iris)] } })
      .limit(MOST_ORPHANS)
      .toArray();
    const byParent = Map.groupBy(found, (orphan) => orphan.orphanOf);
    return iris.map((iri) => ({ ok: true as const, value: byParent.get(iri) ?? [] }));
  });

  /** Several lists as one, each by its own index. */
  async function merged(filters: Filter<StoredPost>[], page: IdPage): Promise<StoredPost[]> {
    const lists = await Promise.all(
      filters.map((filter) =>
        posts
          .find({ ...filter, ...idRange(page) } as Filter<StoredPost>)
          .sort({ _id: idOrder(page) })
          .limit(page.limit)
          .toArray(),
      ),
    );
    const all = new Map(lists.flat().map((post) => [post._id, post]));
    const sorted = [...all.values()].sort((a, b) => (a._id < b._id ? -1 : 1) * idOrder(page));
    return sorted.slice(0, page.limit);
  }

  return {
    byId: createFinder(posts, '_id'),
    byIri: createFinder(posts, 'iri'),
    byUrl: (url: string) => posts.findOne({ url }),
    /** By the index of the ids themselves. */
    before: (id: string, most: number) =>
      posts
        .find({ _id: { $lt: id } })
        .sort({ _id: -1 })
        .limit(most)
        .toArray(),
    many: (ids: string[]) => posts.find({ _id: { $in: ids } }).toArray(),
    /** What was written here since an id was given: only by whom and when. Messages are nobody's business. */
    writtenSince: (id: string, most: number) =>
      posts
        .find(
          {
            _id: { $gt: id },
            local: true,
            kind: 'post',
            audience: { $ne: 'direct' },
            deletedAt: { $exists: false },
          },
          { projection: { author: 1, publishedAt: 1, root: 1, group: 1 } },
        )
        .sort({ _id: 1 })
        .limit(most)
        .toArray(),
    manyByIri: (iris: string[]) => posts.find({ iri: { $in: iris } }).toArray(),
    insert: createInserter(posts),
    byIdempotency: (author: string, key: string) => posts.findOne({ author, idempotencyKey: key }),
    shareOf: (author: string, post: string) => posts.findOne({ author, shareOf: post }),
    sharesBy: (author: string, ids: string[]) =>
      posts.find({ author, shareOf: { $in: ids } }).toArray(),
    sharersAmong: (post: string, authors: string[]) =>
      posts
        .find({ shareOf: post, author: { $in: authors } }, { projection: { author: 1 } })
        .toArray(),
    addCounts,
    change: (
      id: string,
      guard: Filter<StoredPost>,
      update: { set?: Partial<StoredPost>; unset?: string[]; push?: Document },
      event?: PendingEvent,
    ) =>
      posts.findOneAndUpdate(
        { ...guard, _id: id },
        {
          ...(update.set && { $set: update.set }),
          ...(update.unset && {
            $unset: Object.fromEntries(update.unset.map((name) => [name, ''])),
          }),
          ...((update.push || event) && {
            $push: { ...update.push, ...(event && { pending: event }) },
          }),
        } as never,
        { returnDocument: 'after' },
      ),
    /** Copies of what was posted in a group that keep more than this level. */
    copiesAbove: (group: string, level: 'none' | 'headers', most: number) =>
      posts
        .find({
          group,
          local: false,
          deletedAt: { $exists: false },
          copy: { $nin: level === 'none' ? ['none'] : ['none', 'headers'] },
        })
        .limit(most)
        .toArray(),
    /** Files of what anybody may read in a group. */
    filesOfOpenIn: async (group: string): Promise<string[]> => {
      const found: string[] = [];
      const rows = posts.find(
        { group, readers: 'public', 'media.0': { $exists: true } },
        { projection: { media: 1 } },
      );
      for await (const row of rows) found.push(...row.media);
      return found;
    },
    /** What anybody may read in a group is for these alone. */
    setReadersOfOpenIn: (group: string, readers: Post['readers']) =>
      posts.updateMany({ group, readers: 'public' }, { $set: { readers } }),
    remove: (id: string) => posts.deleteOne({ _id: id }),
    feed: (places: Place[], page: IdPage) =>
      posts
        .find({ feed: { $in: places }, ...idRange(page) })
        .sort({ _id: idOrder(page) })
        .limit(page.limit)
        .toArray(),
    messages: (conversation: string, page: IdPage) =>
      posts
        .find({ conversation, deletedAt: { $exists: false }, ...idRange(page) })
        .sort({ _id: idOrder(page) })
        .limit(page.limit)
        .toArray(),
    stream: (streams: string[], page: IdPage, only: StreamFilter = {}) =>
      posts
        .find({ ...streamFilter(streams, only), ...idRange(page) } as Filter<StoredPost>)
        .sort({ _id: idOrder(page) })
        .limit(page.limit)
        .toArray(),
    /** What these people posted anywhere, and what was posted in these groups. */
    ofList: (people: string[], places: Place[], page: IdPage) =>
      merged(
        [
          ...(people.length > 0
            ? [{ author: { $in: people }, deletedAt: { $exists: false } }]
            : []),
          ...(places.length > 0 ? [{ feed: { $in: places } }] : []),
        ],
        page,
      ),
    /** What is listed in these places, and in these streams. */
    home: (places: Place[], streams: string[], page: IdPage) =>
      merged(
        [{ feed: { $in: places } }, ...(streams.length > 0 ? [{ streams: { $in: streams } }] : [])],
        page,
      ),
    mustRead: (places: Place[], most: number) =>
      posts
        .find({ feed: { $in: places }, mustRead: true })
        .sort({ _id: -1 })
        .limit(most)
        .toArray(),
    /** When somebody used a hashtag in what everybody may read, newest first. */
    tagged: async (author: string, tag: string, most: number): Promise<number[]> => {
      const rows = await posts
        .find(
          { streams: `tag:${tag}`, author, audience: { $in: ['public', 'unlisted'] } },
          { projection: { publishedAt: 1 } },
        )
        .sort({ _id: -1 })
        .limit(most)
        .toArray();
      return rows.map((row) => row.publishedAt);
    },
    byAuthor: (author: string, page: IdPage) =>
      posts
        .find({ author, deletedAt: { $exists: false }, ...idRange(page) })
        .sort({ _id: idOrder(page) })
        .limit(page.limit)
        .toArray(),
    pinned: (author: string) =>
      posts
        .find({ author, pinnedAt: { $gt: 0 } })
        .sort({ pinnedAt: -1 })
        .limit(20)
        .toArray(),
    countIn: (place: Place, most: number) => posts.countDocuments({ feed: place }, { limit: most }),
    countPinned: (author: string) => posts.countDocuments({ author, pinnedAt: { $gt: 0 } }),
    /** A thread but its first post, oldest first. */
    thread: (root: string, most: number) =>
      posts.find({ root }).sort({ _id: 1 }).limit(most).toArray(),
    answers: (parents: string[], most: number) =>
      posts
        .find({ inReplyTo: { $in: parents } })
        .sort({ _id: 1 })
        .limit(most)
        .toArray(),
    orphansOf,
    /** Puts a comment that waited for it under its parent; null where another did so already. */
    adopt: (
      id: string,
      set: Pick<Post, 'inReplyTo' | 'inReplyToAccount' | 'root' | 'countedIn'>,
    ): Promise<StoredPost | null> =>
      posts.findOneAndUpdate(
        { _id: id, orphanOf: { $exists: true } },
        { $set: set, $unset: { orphanOf: '' } },
        { returnDocument: 'after' },
      ),
    /** A thread becomes part of a longer one; resolves to how many of its comments count there too. */
    moveThread: async (from: string, to: string, counts: boolean): Promise<number> => {
      await posts.updateMany({ root: from }, { $set: { root: to } });
      if (!counts) return 0;
      const counted = await posts.updateMany({ countedIn: from }, { $addToSet: { countedIn: to } });
      return counted.modifiedCount;
    },
    countComments: (id: string) =>
      posts.countDocuments({ countedIn: id, deletedAt: { $exists: false } }),
    setComments: (id: string, count: number) =>
      posts.updateOne({ _id: id }, { $set: { 'counts.comments': count } }),
    setPollCounts: (id: string, { counts, voters }: { counts: number[]; voters: number }) =>
      posts.updateOne({ _id: id }, { $set: { 'poll.counts': counts, 'poll.voters': voters } }),
    setAttendance: (id: string, { going, maybe }: { going: number; maybe: number }) =>
      posts.updateOne({ _id: id }, { $set: { 'event.going': going, 'event.maybe': maybe } }),
    /** When the event has new numbers to tell; an earlier time stays. */
    tellAttendanceAt: (id: string, at: number) =>
      posts.updateOne(
        { _id: id, event: { $exists: true }, pollDueAt: { $exists: false } },
        { $set: { pollDueAt: at } },
      ),
    /** Brings forward when the poll has something to tell; its end stays its end. */
    tellPollAt: (id: string, at: number) =>
      posts.updateOne({ _id: id, pollDueAt: { $gt: at } }, { $set: { pollDueAt: at } }),
    duePolls: (now: number, most: number) =>
      posts
        .find({ pollDueAt: { $lte: now } })
        .sort({ pollDueAt: 1 })
        .limit(most)
        .toArray(),
    /** An emoji that nobody reacts with any more leaves no trace in the post. */
    forgetEmoji: (id: string, emoji: string) =>
      posts.updateOne(
        { _id: id, [`reactions.${emoji}`]: { $lte: 0 } },
        { $unset: { [`reactions.${emoji}`]: '' } },
      ),
    sharesOf: (post: string, page: IdPage) =>
      readIdPage(posts, { shareOf: post, deletedAt: { $exists: false } }, page),
    /** Whether another post of this author shows one of these pictures. */
    showsMedia: async (author: string, media: string[], but: string): Promise<boolean> =>
      (await posts.findOne(
        { author, media: { $in: media }, _id: { $ne: but } },
        { projection: { _id: 1 } },
      )) !== null,
    removeSharesOf: (post: string) => posts.deleteMany({ shareOf: post }),
  };
}

function streamFilter(streams: string[], only: StreamFilter): Filter<StoredPost> {
  const { all = [], none = [], local, withMedia } = only;
  return {
    $and: [
      { streams: { $in: streams } },
      ...all.map((stream) => ({ streams: stream })),
      ...(none.length > 0 ? [{ streams: { $nin: none } }] : []),
    ],
    ...(local !== undefined && { local }),
    ...(withMedia && { 'media.0': { $exists: true } }),
  } as Filter<StoredPost>;
}
