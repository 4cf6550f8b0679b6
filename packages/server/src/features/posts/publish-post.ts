/** A local person posts, comments or writes a message. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Conversation } from '../conversations/conversations.ts';
import { countedIn, type Placement, streamsOf } from './audience.ts';
import { hasEvent, makeEvent } from './event.ts';
import { eventHeader } from './event-text.ts';
import type { PlaceLocal } from './place-local.ts';
import { makePoll } from './poll.ts';
import { isOpen, type Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import type { createPostText, RenderedText } from './post-text.ts';
import type { NewPost } from './posts.ts';
import { type NewPraise, type PostPraise, praisedProblems, praisePlaceProblem } from './praise.ts';
import { canQuoteOf, type PostQuote } from './quote.ts';
import type { QuotePosts } from './quote-posts.ts';
import type { ReadPosts } from './read-posts.ts';

/** For the same request in another process. */
const MOST_WAIT_MS = 1000;
const LOOK_EVERY_MS = 40;

export function createPublishPost(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  read: ReadPosts;
  text: ReturnType<typeof createPostText>;
  place: PlaceLocal;
  quotes: QuotePosts;
}) {
  const { kit, apis, store, read, text, place, quotes } = deps;

  /** Requests with the same Idempotency-Key that are under way in this process. */
  const underWay = new Map<string, Promise<Post>>();

  return { publish: publishPost, rehearse };

  async function publishPost(input: NewPost): Promise<Post> {
    const { author, idempotencyKey } = input;
    if (!idempotencyKey) return publish(input);
    const key = `${author._id} ${idempotencyKey}`;
    const running = underWay.get(key) ?? publishOnce(input, idempotencyKey);
    underWay.set(key, running);
    try {
      return await running;
    } finally {
      underWay.delete(key);
    }
  }

  /**
   * Everything that publishing checks, with nothing written: of what is to be published later. Whom
   * a message names is looked at when it is written, which makes their conversation.
   */
  async function rehearse(input: NewPost): Promise<void> {
    text.check(input);
    const parent = input.inReplyTo ? await findParent(input.inReplyTo, input.author) : null;
    if (input.audience !== 'direct' && parent?.audience !== 'direct') {
      await draftOf(input, parent);
      return;
    }
    const { author, quote } = input;
    const place = `wall:${author._id}` as const;
    if (quote) await quotes.prepare(quote, author, { audience: 'direct', place, readers: [] });
  }

  async function publishOnce(input: NewPost, idempotencyKey: string): Promise<Post> {
    const before = await store.byIdempotency(input.author._id, idempotencyKey);
    return before ?? publish(input);
  }

  async function publish(input: NewPost): Promise<Post> {
    const { author, idempotencyKey } = input;
    const media = input.media ?? [];
    text.check(input);
    const limit = kit.config.limits.posts_per_hour;
    await kit.rateLimiter.take({ name: 'posts', key: author._id, limit, windowSeconds: 3600 });

    const parent = input.inReplyTo ? await findParent(input.inReplyTo, author) : null;
    const draft = await draftOf(input, parent);
    const post = await quotes.stamped(
      compose(input, parent, draft.content, draft.placement, draft.talk),
    );
    try {
      await apis.media.attach(media, author._id, post._id, isOpen(post));
    } catch (error) {
      const other = await madeElsewhere(author, idempotencyKey);
      if (other) return other;
      throw error;
    }
    if (!(await store.insert(post))) return again(author, idempotencyKey);
    await count(post);
    // Whoever posts looks at their calendar next; after a crash the event's own work does it.
    if (hasEvent(post)) await apis.calendar.enter(post);
    await kit.pending.kick('posts', post._id);
    return post;
  }

  /** The text with what it names, its place, and what it quotes, all of which its author may do. */
  async function draftOf(input: NewPost, parent: Post | null) {
    const { author } = input;
    const rendered = input.praise
      ? await text.renderPraise(input.text, author, input.praise)
      : await text.render(input.text, author);
    const placement = await place(input, parent, rendered);
    if (input.mustRead) await authorizeMustRead(author, placement, parent);
    if (input.event) checkEventPlace(placement, parent);
    if (input.praise) await checkPraise(author, input.praise, placement, parent);
    const talk = await talkOf(placement);
    const quote = input.quote ? await quotes.prepare(input.quote, author, placement) : undefined;
    return { content: { ...rendered, quote }, placement, talk };
  }

  /**
   * The same request may be under way in another process, which took the pictures first and writes
   * its post in a moment.
   */
  async function madeElsewhere(author: Account, key: string | undefined): Promise<Post | null> {
    const until = performance.now() + MOST_WAIT_MS;
    while (key !== undefined) {
      const made = await store.byIdempotency(author._id, key);
      if (made || performance.now() > until) return made;
      await sleep(LOOK_EVERY_MS);
    }
    return null;
  }

  /** The group chat that it is said in, where that is one. */
  async function talkOf({ conversation }: Placement): Promise<Conversation | null> {
    const found = conversation ? await apis.conversations.get(conversation) : null;
    return found?.iri === undefined ? null : found;
  }

  /** Everybody's time is asked for: by moderators of the group, else by the staff. */
  async function authorizeMustRead(
    author: Account,
    { audience, group }: Placement,
    parent: Post | null,
  ): Promise<void> {
    if (parent || audience === 'direct' || audience === 'followers')
      throw invalid({
        field: 'must_read',
        code: 'ERR_INVALID',
        message: 'is for posts to a group, the company or everybody',
      });
    const isStaff = author.role === 'admin' || author.role === 'moderator';
    if (isStaff || (group && (await apis.groups.mayModerate(author._id, group)))) return;
    throw forbidden('Only moderators can make a post that must be read');
  }

  /** Somebody is invited to it by a post that all of them find again. */
  function checkEventPlace({ audience }: Placement, parent: Post | null): void {
    if (parent || audience === 'direct')
      throw invalid({
        field: 'event',
        code: 'ERR_INVALID',
        message: 'is for posts to a group, the company, followers or everybody',
      });
  }

  async function checkPraise(
    author: Account,
    praise: NewPraise,
    placement: Placement,
    parent: Post | null,
  ): Promise<void> {
    const found = await text.praisable(praise.people, author);
    const { audience } = placement;
    const problems = [
      ...praisePlaceProblem(placement, parent !== null),
      ...praisedProblems(praise, found, { author: author._id, audience }),
    ];
    if (problems.length > 0) throw invalid(...problems);
  }

  async function findParent(id: string, author: Account): Promise<Post> {
    const found = await read.visible(id, author);
    // Answering a share answers the post itself.
    const parent = found?.shareOf ? await read.visible(found.shareOf, author) : found;
    if (!parent) throw notFound();
    return parent;
  }

  function compose(
    input: NewPost,
    parent: Post | null,
    rendered: RenderedText & { praise?: PostPraise; quote: PostQuote | undefined },
    placement: Placement,
    talk: Conversation | null,
  ): StoredPost {
    const { author } = input;
    const id = kit.nextId();
    const iri = `${kit.baseUrl}/posts/${id}`;
    const poll = input.poll && makePoll(input.poll, kit.clock.now());
    const event = input.event && makeEvent(input.event, rendered.html);
    const title = input.event?.title ?? '';
    const draft = {
      _id: id,
      kind: 'post' as const,
      iri,
      url: iri,
      author: author._id,
      local: true,
      ...placement,
      html: event ? eventHeader(title, event) + rendered.html : rendered.html,
      source: input.text,
      title,
      warning: input.warning ?? '',
      sensitive: input.sensitive ?? Boolean(input.warning),
      language: input.language ?? author.language,
      media: input.media ?? [],
      mentions: rendered.mentions,
      hashtags: rendered.hashtags,
      ...(parent && {
        inReplyTo: parent._id,
        inReplyToIri: parent.iri,
        inReplyToAccount: parent.author,
        root: parent.root ?? parent._id,
        countedIn: countedIn(placement, parent),
      }),
      context:
        talk?.iri ??
        parent?.context ??
        (placement.conversation
          ? `${kit.baseUrl}/conversations/${placement.conversation}`
          : `${kit.baseUrl}/contexts/${id}`),
      counts: { comments: 0, reactions: 0, shares: 0 },
      reactions: {},
      ...(poll && { poll, pollDueAt: poll.endsAt }),
      ...(event && { event }),
      ...(rendered.praise && { praise: rendered.praise }),
      ...(rendered.quote && { quote: rendered.quote }),
      canQuote: canQuoteOf(input.quotePolicy ?? 'nobody', placement),
      ...(talk && { talk: input.talk ?? { name: talk.name ?? '' } }),
      ...(input.mustRead && { mustRead: true }),
      publishedAt: kit.clock.now(),
      ...(input.idempotencyKey && { idempotencyKey: input.idempotencyKey }),
      pending: [kit.pending.entry('post.published')],
    };
    return { ...draft, streams: streamsOf(draft) };
  }

  async function again(author: Account, idempotencyKey: string | undefined): Promise<Post> {
    const before = idempotencyKey ? await store.byIdempotency(author._id, idempotencyKey) : null;
    if (before) return before;
    throw new AppError('conflict', 'The post is there already');
  }

  async function count(post: Post): Promise<void> {
    await Promise.all([
      post.audience === 'direct'
        ? undefined
        : apis.accounts.addCounts(post.author, { posts: 1 }, post.publishedAt),
      ...(post.countedIn ?? []).map((id) => store.addCounts({ id, inc: { 'counts.comments': 1 } })),
    ]);
  }
}
