/** The author edits a post. Earlier versions are kept. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { streamsOf } from './audience.ts';
import { makeEvent, type NewEvent } from './event.ts';
import { eventHeader } from './event-text.ts';
import { isSamePoll, makePoll, type NewPoll } from './poll.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import { isOpen, type Post, type PostEdit, type Reader } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { createPostText, RenderedText } from './post-text.ts';
import { type NewPraise, type PostPraise, praisedProblems } from './praise.ts';
import { canQuoteOf, type QuotePolicy } from './quote.ts';
import type { ReadPosts } from './read-posts.ts';

/** Earlier versions kept of one post. */
export const MOST_EDITS = 50;
/** Times that an edit is tried where another one came in between. */
const MOST_TRIES = 3;

export type PostChange = {
  text: string;
  warning?: string;
  sensitive?: boolean;
  language?: string;
  media?: string[];
  /** New descriptions of pictures. */
  described?: { id: string; alt?: string; focus?: { x: number; y: number } }[];
  /** Other options, or another kind of poll, drop the votes given. */
  poll?: NewPoll;
  /** Of a post that has one. */
  event?: NewEvent;
  /** Of a post that has one. */
  praise?: NewPraise;
  /** Who may quote it from now on. */
  quotePolicy?: QuotePolicy;
};

const NO_PICTURES = {
  field: 'media_ids',
  code: 'ERR_INVALID',
  message: 'cannot be combined with a poll',
};

const NO_EVENT = {
  field: 'event',
  code: 'ERR_INVALID',
  message: 'cannot be added to a post that announced none',
};

const NO_PRAISE = {
  field: 'praise',
  code: 'ERR_INVALID',
  message: 'cannot be added to a post that praised nobody',
};

export type EditPost = (id: string, author: Account, change: PostChange) => Promise<Post>;

export function createEditPost(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  read: ReadPosts;
  text: ReturnType<typeof createPostText>;
  votes: PollVoteStore;
}): EditPost {
  const { kit, apis, store, read, text, votes } = deps;

  return async function editPost(id, author, change) {
    const first = await own(id, author);
    const media = change.media ?? first.media;
    text.check({ ...change, media }, first);
    if (first.poll && media.length > 0) throw invalid(NO_PICTURES);
    if (change.event && !first.event) throw invalid(NO_EVENT);
    await checkPraise(first, author, change);
    const added = media.filter((one) => !first.media.includes(one));
    await apis.media.attach(added, author._id, id, isOpen(first));
    if (change.described?.length)
      await apis.media.describe({ id, owner: author._id }, change.described);
    const praised = change.praise ?? first.praise;
    const rendered = praised
      ? await text.renderPraise(change.text, author, praised)
      : await text.render(change.text, author);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const post = tries === 0 ? first : await own(id, author);
      const edited = await store.change(
        id,
        versionOf(post),
        {
          set: {
            ...contentOf(post, change, rendered, media),
            ...pollChange(post, change),
            ...(change.quotePolicy && { canQuote: canQuoteOf(change.quotePolicy, post) }),
            ...eventChange(post, change, rendered.html),
            editedAt: laterThan(post),
          },
          push: { edits: { $each: [historyOf(post)], $slice: -MOST_EDITS } },
        },
        kit.pending.entry('post.edited'),
      );
      if (!edited) continue;
      if (!isSamePoll(post.poll, edited.poll)) await votes.purgePosts([id]);
      await kit.pending.kick('posts', id);
      return edited;
    }
    throw new AppError('conflict', 'Somebody is changing this post at this moment; try again');
  };

  async function checkPraise(post: Post, author: Account, change: PostChange): Promise<void> {
    const { praise } = change;
    if (!praise) return;
    if (!post.praise) throw invalid(NO_PRAISE);
    const found = await text.praisable(praise.people, author);
    const problems = praisedProblems(praise, found, {
      author: author._id,
      audience: post.audience,
    });
    if (problems.length > 0) throw invalid(...problems);
  }

  /** The author's own post; the same answer for "not there" and "not yours to see". */
  async function own(id: string, author: Account): Promise<Post> {
    const post = await read.visible(id, author);
    if (!post) throw notFound();
    if (post.author !== author._id || !post.local || post.kind !== 'post')
      throw forbidden('This post is not yours');
    return post;
  }

  function pollChange(post: Post, change: PostChange): Partial<Post> {
    if (!change.poll) return {};
    const made = makePoll(change.poll, kit.clock.now());
    const { counts, voters } = (isSamePoll(post.poll, made) && post.poll) || made;
    return { poll: { ...made, counts, voters }, pollDueAt: made.endsAt };
  }

  /** The time of a version names it on the wire: no two are the same. */
  function laterThan(post: Post): number {
    return Math.max(kit.clock.now(), (post.editedAt ?? post.publishedAt) + 1);
  }
}

function contentOf(
  post: Post,
  change: PostChange,
  rendered: RenderedText & { praise?: PostPraise },
  media: string[],
): Partial<Post> {
  const { html, mentions, hashtags, praise } = rendered;
  const named = new Set(mentions.map((mention) => mention.account));
  const dropped = post.mentions.map((mention) => mention.account).filter((one) => !named.has(one));
  return {
    html,
    ...(praise && { praise }),
    source: change.text,
    mentions,
    hashtags,
    streams: streamsOf({ ...post, hashtags }),
    warning: change.warning ?? '',
    sensitive: change.sensitive ?? Boolean(change.warning),
    language: change.language ?? post.language,
    media,
    readers: readersOf(post, [...named]),
    reached: [...new Set([...(post.reached ?? []), ...dropped])],
  };
}

/** A new text alone leaves time and place as they are. */
function eventChange(post: Post, { event }: PostChange, description: string): Partial<Post> {
  if (!post.event) return {};
  const title = event?.title ?? post.title;
  const changed = event
    ? makeEvent(event, description, post.event)
    : { ...post.event, description };
  return { title, event: changed, html: eventHeader(title, changed) + description };
}

/** Whom a post for followers names can read it; nobody who could loses it by an edit. */
function readersOf(post: Post, named: string[]): Reader[] {
  if (post.audience !== 'followers') return post.readers;
  return [...new Set([...post.readers, ...named.map((id): Reader => `account:${id}`)])];
}

/** The condition that a post still has the version that was read. */
export function versionOf(post: Post) {
  return {
    deletedAt: { $exists: false },
    editedAt: post.editedAt === undefined ? { $exists: false } : post.editedAt,
  };
}

export function historyOf(post: Post): PostEdit {
  return {
    at: post.editedAt ?? post.publishedAt,
    html: post.html,
    source: post.source,
    title: post.warning,
    media: post.media,
    ...(post.poll && { poll: post.poll.options }),
  };
}
