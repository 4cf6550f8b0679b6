/** The posts feature: posts, comments, messages, reactions, shares and timelines. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { bookmarkIndexes, createBookmarkStore } from './bookmark-store.ts';
import { createChangeEvent } from './change-event.ts';
import { createEditPost } from './change-post.ts';
import { createCompleteThread } from './complete-thread.ts';
import { createComposeRemote } from './compose-remote.ts';
import { createDeletePosts } from './delete-post.ts';
import { createFetchPost } from './fetch-post.ts';
import { createFrozenPostStore, frozenPostIndexes } from './frozen-post-store.ts';
import { addHomeRoutes } from './home-routes.ts';
import { createInteractionInbox } from './interaction-inbox.ts';
import { addInteractionRoutes } from './interaction-routes.ts';
import { createJudgeQuotes } from './judge-quotes.ts';
import { createLookAtPost } from './look-at-post.ts';
import { createMayFetch } from './may-fetch.ts';
import { createNarrowPosts } from './narrow-posts.ts';
import { createPassOn } from './pass-on.ts';
import { personalPosts } from './personal-posts.ts';
import { createPinPosts } from './pin-post.ts';
import { createPlaceLocal } from './place-local.ts';
import { createPlaceRemote } from './place-remote.ts';
import { addPollRoutes } from './poll-routes.ts';
import { createPollVoteStore, pollVoteIndexes } from './poll-vote-store.ts';
import { addPostDocuments } from './post-documents.ts';
import { subscribePosts } from './post-events.ts';
import { createPostInbox } from './post-inbox.ts';
import { postIndexes } from './post-index-store.ts';
import { createPostWire } from './post-parties.ts';
import { createPostStore } from './post-store.ts';
import { createPostText } from './post-text.ts';
import { createPostViews } from './post-view.ts';
import type { Posts } from './posts.ts';
import { createPublishPost } from './publish-post.ts';
import { createPurgePosts } from './purge-posts.ts';
import { createPurgeStore } from './purge-store.ts';
import { addQuoteDocuments } from './quote-documents.ts';
import { subscribeQuotes } from './quote-events.ts';
import { createQuoteInbox } from './quote-inbox.ts';
import { createQuotePosts } from './quote-posts.ts';
import { addQuoteRoutes } from './quote-routes.ts';
import { createQuoteStampStore, quoteStampIndexes } from './quote-stamp-store.ts';
import { createQuoteStore } from './quote-store.ts';
import { createReact } from './react.ts';
import { createReactionStore, reactionIndexes } from './reaction-store.ts';
import { createReadAtHome } from './read-at-home.ts';
import { createReadPosts } from './read-posts.ts';
import { createReceiveChange } from './receive-change.ts';
import { createReceivePost } from './receive-post.ts';
import { subscribeReduceCopies } from './reduce-copies.ts';
import { createRunPolls } from './run-polls.ts';
import { createSettleQuote } from './settle-quote.ts';
import { createSharePosts } from './share-post.ts';
import { addStatusRoutes } from './status-routes.ts';
import { createTellArrivals } from './tell-arrivals.ts';
import { createTellRead } from './tell-read.ts';
import { addTimelineRoutes } from './timeline-routes.ts';
import { addTrendRoutes } from './trend-routes.ts';
import { createVoteInPolls } from './vote-in-poll.ts';
import { createWhoTouched } from './who-touched.ts';

/** People told of an edit because they shared the post. */
const MOST_SHARERS = 500;
/** Posts looked at to count the use of a hashtag. */
const MOST_COUNTED = 500;
const POLLS_EVERY_MS = 5000;

/** Posts that figures for admins are made of, at most. */
const MOST_WRITTEN = 50_000;

export function createPostsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Posts } {
  const { baseUrl, ownHost } = kit;
  const store = createPostStore(kit.mongo);
  const quoteStore = createQuoteStore(kit.mongo);
  const reactions = createReactionStore(kit.mongo);
  const bookmarks = createBookmarkStore(kit.mongo);
  const votes = createPollVoteStore(kit.mongo);
  const frozen = createFrozenPostStore(kit.mongo);
  const read = createReadPosts({ apis, store });
  const text = createPostText({ kit, apis });
  const stamps = createQuoteStampStore(kit.mongo);
  const judge = createJudgeQuotes({ apis });
  const quotes = createQuotePosts({ kit, apis, store, stamps, read, judge });
  const views = createPostViews({
    apis,
    store,
    reactions,
    bookmarks,
    votes,
    read,
    judge,
    baseUrl,
    now: kit.clock.now,
  });
  const placeLocal = createPlaceLocal({ apis });
  const publishing = { kit, apis, store, read, text, place: placeLocal, quotes };
  const { publish, rehearse } = createPublishPost(publishing);
  const edit = createEditPost({ kit, apis, store, read, text, votes });
  const polls = createVoteInPolls({ kit, apis, store, votes, read });
  const events = createChangeEvent({ kit, store, read });
  const shares = createSharePosts({ kit, apis, store, read });
  const pins = createPinPosts({ kit, store, read });
  const react = createReact({ kit, apis, store, reactions, read });
  const deletion = createDeletePosts({
    kit,
    apis,
    store,
    quoteStore,
    reactions,
    bookmarks,
    votes,
    stamps,
    read,
    shares,
  });
  const place = createPlaceRemote({ apis, ownHost, now: kit.clock.now });
  const compose = createComposeRemote({ kit, apis });
  const receive = createReceivePost({ apis, store, place, compose });
  const changes = createReceiveChange({ kit, store, votes, place, compose, deletion });
  const passOn = createPassOn({ kit, apis });
  const wire = createPostWire({ kit, apis, store, quoteStore, reactions });
  const mayFetch = createMayFetch({ apis });
  const purge = createPurgePosts({
    kit,
    apis,
    store,
    quoteStore,
    copies: createPurgeStore(kit.mongo),
    reactions,
    bookmarks,
    votes,
    frozen,
  });
  const told = createTellRead({ kit, apis, store, read });
  const runPolls = createRunPolls({ kit, apis, store, votes, polls });
  const narrowAll = createNarrowPosts({ kit, apis, store });
  subscribeReduceCopies({ kit, apis, store });
  subscribePosts({ kit, apis, store, reactions, votes, wire, deletion });

  const arrivals = createTellArrivals(kit);
  const { tell } = arrivals;
  const fetchPost = createFetchPost({ kit, apis, store, receive, tell });
  const settle = createSettleQuote({
    kit,
    apis,
    store,
    stamps,
    fetchPost,
    onSettled: arrivals.renew,
  });
  subscribeQuotes({ kit, apis, store, quoteStore, settle });
  const look = createLookAtPost({ kit, apis, changes, settle, tell });
  const completeThread = createCompleteThread({ kit, store, fetchPost, look });

  const api: Posts = {
    publish,
    rehearse,
    receive: async (note, from) => {
      const result = await receive(note, from);
      return result.kind === 'refused' ? null : result.post;
    },
    get: async (id) => arrivals.get(id) ?? store.byId(id),
    many: async (ids) => (await store.many(ids)).filter((post) => post.deletedAt === undefined),
    byIri: async (iri) => (await store.byIri(iri)) ?? store.byUrl(iri),
    before: store.before,
    visible: read.visible,
    visibleMany: read.visibleMany,
    resolveIri: fetchPost.resolve,
    completeThread,
    feed: async (places, viewer, page) =>
      (await read.page((one) => store.feed(places, one), viewer, page)).posts,
    messages: async (conversation, viewer, page) =>
      (await read.page((one) => store.messages(conversation, one), viewer, page)).posts,
    touchedBy: createWhoTouched({ apis, store, reactions, bookmarks, votes }),
    present: views.present,
    presentIn: views.presentIn,
    remove: deletion.remove,
    countIn: store.countIn,
    purgeFrom: purge.purgeFrom,
    countCopies: purge.countOf,
    ageOut: purge.ageOut,
    frozen: frozen.ofHost,
    countFrozen: frozen.count,
    lastIn: async (group) => {
      const [last] = await store.feed([`group:${group}`], { limit: 1 });
      return last?.publishedAt ?? null;
    },
    writtenSince: async (at) => {
      const rows = await store.writtenSince(kit.nextId(at), MOST_WRITTEN);
      return rows.map(({ _id: id, author, publishedAt: at, root, group }) => ({
        ...{ id, author, at },
        ...(root && { root }),
        ...(group && { group }),
      }));
    },
    dropFrozen: frozen.removeHost,
    toNote: (post) => wire.noteOf(post),
    threadsMuted: async (account, roots) =>
      new Set((await bookmarks.threadsMuted(account, roots)).map((mute) => mute.root)),
    threadMutedBy: bookmarks.mutedBy,
    quotes: (id) => quoteStore.of(id, { limit: MOST_SHARERS }),
    sharers: async (id) =>
      (await store.sharesOf(id, { limit: MOST_SHARERS })).map((share) => share.author),
    reaction: reactions.get,
    homePlaces: read.homePlaces,
    setAttendance: events.setAttendance,
    cancelEvent: events.cancel,
    mustRead: async (viewer, most) => {
      const found = await store.mustRead(await read.homePlaces(viewer), most);
      return read.visibleOf(found, viewer, { hideMuted: false });
    },
    tellRead: told.tell,
    tagUse: async (author, tag) => {
      const dates = await store.tagged(author, tag, MOST_COUNTED);
      return { count: dates.length, lastAt: dates[0] ?? null };
    },
    tagsUsedBy: async (author, most) => {
      const posts = await store.byAuthor(author, { limit: MOST_COUNTED });
      const uses = Map.groupBy(
        posts.flatMap((post) => post.hashtags),
        (tag) => tag,
      );
      const sorted = [...uses].sort(([, a], [, b]) => b.length - a.length);
      return sorted.slice(0, most).map(([tag]) => tag);
    },
  };

  return {
    feature: {
      name: 'posts',
      indexes: [
        ...frozenPostIndexes,
        ...postIndexes,
        ...reactionIndexes,
        ...bookmarkIndexes,
        ...pollVoteIndexes,
        ...quoteStampIndexes,
      ],
      pending: ['posts', 'reactions', 'poll_votes'],
      personalData: personalPosts({ apis, store, reactions, bookmarks }),
      start: narrowAll,
      timers: [{ name: 'polls', everyMs: POLLS_EVERY_MS, run: runPolls.runDue }],
      routes: (endpoints) => {
        const writing = { edit, deletion, publish, lengthProblems: text.lengthProblems };
        addStatusRoutes(endpoints, { apis, store, read, views, ...writing });
        addHomeRoutes(endpoints, { readAtHome: createReadAtHome({ kit, apis, read }), views });
        addInteractionRoutes(endpoints, {
          kit,
          apis,
          store,
          reactions,
          bookmarks,
          read,
          views,
          react,
          shares,
          pins,
        });
        addPollRoutes(endpoints, { kit, votes, polls });
        addQuoteRoutes(endpoints, { quoteStore, read, views, quotes });
        addTimelineRoutes(endpoints, { apis, store, read, views });
        addTrendRoutes(endpoints, { kit, store, read, views });
        addPostDocuments(endpoints, { apis, store, wire, mayFetch });
        addQuoteDocuments(endpoints, { apis, store, stamps, mayFetch, baseUrl });
      },
      inbound: [
        { verbs: ['Read'], handle: told.receive },
        createQuoteInbox({ kit, apis, store, quoteStore, stamps, read, judge, fetchPost, settle }),
        createPostInbox({
          kit,
          apis,
          store,
          frozen,
          receive,
          changes,
          polls,
          deletion,
          passOn,
          tell,
        }),
        createInteractionInbox({
          kit,
          apis,
          store,
          reactions,
          react,
          shares,
          pins,
          receive,
          passOn,
          tell,
          resolveIri: fetchPost.resolve,
        }),
      ],
    },
    api,
  };
}
