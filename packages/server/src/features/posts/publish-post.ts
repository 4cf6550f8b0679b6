/** A local person posts, comments or writes a message. */
import { setTimeout as sleep } from 'node:timers/promises';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { Conversation } from '../conversations/conversations.ts';
import { reachOf } from '../groups/group.ts';
import { countedIn, type Placement, placeComment, placeTopLevel, streamsOf } from './audience.ts';
import { makeEvent } from './event.ts';
import { eventHeader } from './event-text.ts';
import { makePoll } from './poll.ts';
import { isOpen, type Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import type { createPostText, RenderedText } from './post-text.ts';
import type { NewPost } from './posts.ts';
import { type NewPraise, type PostPraise, praisedProblems, praisePlaceProblem } from './praise.ts';
import { canQuoteOf, type PostQuote } from './quote.ts';
import type { QuotePosts } from './quote-posts.ts';
import type { ReadPosts } from './read-posts.ts';

const MOST_PARTICIPANTS = 50;

/** For the same request in another process. */
const MOST_WAIT_MS = 1000;
const LOOK_EVERY_MS = 40;

export function createPublishPost(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  read: ReadPosts;
  text: ReturnType<typeof createPostText>;
  quotes: QuotePosts;
}) {
  const { kit, apis, store, read, text, quotes } = deps;

  /** Requests with the same Idempotency-Key that are under way in this process. */
  const underWay = new Map<string, Promise<Post>>();

  return async function publishPost(input: NewPost): Promise<Post> {
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
  };

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
    const rendered = input.praise
      ? await text.renderPraise(input.text, author, input.praise)
      : await text.render(input.text, author);
    const placement = await place(input, parent, rendered);
    if (input.mustRead) await authorizeMustRead(author, placement, parent);
    if (input.event) checkEventPlace(placement, parent);
    if (input.praise) await checkPraise(author, input.praise, placement, parent);
    const talk = await talkOf(placement);
    const quote = input.quote ? await quotes.prepare(input.quote, author, placement) : undefined;
    const post = await quotes.stamped(
      compose(input, parent, { ...rendered, quote }, placement, talk),
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
    await kit.pending.kick('posts', post._id);
    return post;
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

  async function place(
    input: NewPost,
    parent: Post | null,
    rendered: RenderedText,
  ): Promise<Placement> {
    const { author } = input;
    const mentioned = rendered.people.map((account) => account._id);
    if (parent) {
      const isDirect = parent.audience === 'direct' || input.audience === 'direct';
      const group =
        parent.group && !isDirect
          ? await apis.groups.authorizePost(author, parent.group, { comment: true })
          : null;
      return placeComment(parent, {
        author: author._id,
        audience: input.audience,
        mentioned,
        ...(group && { groupReach: reachOf(group) }),
        ...(isDirect && { conversation: await conversationFor(input, mentioned, parent) }),
      });
    }
    const target = targetGroup(input, rendered);
    if (target) {
      const group = await apis.groups.authorizePost(author, target);
      return placeTopLevel({
        author: author._id,
        audience: 'group',
        mentioned,
        group: { id: group._id, reach: reachOf(group) },
      });
    }
    if (input.audience === 'group')
      throw invalid({ field: 'group_id', code: 'ERR_BLANK', message: "can't be blank" });
    if (input.audience === 'direct') {
      return placeTopLevel({
        author: author._id,
        audience: 'direct',
        mentioned,
        conversation: await conversationFor(input, mentioned, null),
      });
    }
    // Guests write where they were invited to, and to people.
    if (!isColleague(author)) throw forbidden('Guests can post in their groups and write messages');
    return placeTopLevel({ author: author._id, audience: input.audience, mentioned });
  }

  /** Mentioning a group at the top level posts into it: how plain Mastodon apps do it. */
  function targetGroup(input: NewPost, rendered: RenderedText): string | null {
    if (input.group) return input.group;
    const [group, ...more] = rendered.groups;
    return group && more.length === 0 && input.audience !== 'direct' ? group._id : null;
  }

  async function conversationFor(input: NewPost, mentioned: string[], parent: Post | null) {
    const { author } = input;
    const before = await conversationBefore(input, parent);
    if (before?.iri !== undefined) return inTalk(before, input, mentioned);
    const parentAuthor = parent && parent.audience !== 'direct' ? [parent.author] : [];
    const participants = [
      ...new Set([author._id, ...mentioned, ...parentAuthor, ...(before?.participants ?? [])]),
    ];
    if (participants.length > MOST_PARTICIPANTS)
      throw new AppError('invalid', `A message can have ${MOST_PARTICIPANTS} people at most`);
    await checkReachable(
      author,
      participants.filter((id) => id !== author._id),
    );
    const conversation = await apis.conversations.ensure(participants);
    return { id: conversation._id, participants: conversation.participants };
  }

  async function conversationBefore({ conversation, author }: NewPost, parent: Post | null) {
    if (conversation === undefined)
      return parent?.audience === 'direct' && parent.conversation
        ? apis.conversations.get(parent.conversation)
        : null;
    const named = await apis.conversations.get(conversation);
    if (!named?.participants.includes(author._id)) throw notFound();
    return named;
  }

  /**
   * In a group chat all who take part are written to, and whom the message adds. Who cannot be
   * reached any more (an agreement ended) is left out, so that the others can go on.
   */
  async function inTalk(talk: Conversation, input: NewPost, mentioned: string[]) {
    const people = [...talk.participants, ...(input.talk?.people ?? [])];
    if (!talk.participants.includes(input.author._id)) throw notFound();
    if (mentioned.some((one) => !people.includes(one)))
      throw invalid({
        field: 'status',
        code: 'ERR_INVALID',
        message: 'names somebody who is not in this chat: add them first',
      });
    const reached = (await apis.accounts.getMany(people)).filter(
      (one) => one.domain === null || apis.policy.allows(iriHost(one.iri), 'messages'),
    );
    return { id: talk._id, participants: reached.map((one) => one._id) };
  }

  /** A message that somebody would never get is refused, not lost. */
  async function checkReachable(author: Account, others: string[]): Promise<void> {
    for (const other of await apis.accounts.getMany(others)) {
      if (await apis.relations.blockedEither(author._id, other._id))
        throw forbidden('You cannot write to this person');
      if (other.domain !== null && !apis.policy.allows(iriHost(other.iri), 'messages'))
        throw forbidden(`No agreement with ${other.domain} covers messages`);
    }
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
