/** What other features may ask of the posts feature. */

import type { RemoteNote } from '@mitoyen/federation';
import type { IdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { PostTalk } from '../conversations/talk.ts';
import type { FilterContext } from '../filters/filter.ts';
import type { FilterResult } from '../filters/filters.ts';
import type { NewEvent } from './event.ts';
import type { FrozenPost } from './frozen-post-store.ts';
import type { NewPoll } from './poll.ts';
import type { Audience, Place, Post } from './post.ts';
import type { NewPraise } from './praise.ts';
import type { QuotePolicy } from './quote.ts';
import type { Reaction } from './reaction-store.ts';

export type NewPost = {
  author: Account;
  /** Markdown. */
  text: string;
  warning?: string;
  sensitive?: boolean;
  language?: string;
  media?: string[];
  audience: Audience;
  /** With audience `group`. */
  group?: string;
  inReplyTo?: string;
  /** The post that it quotes; who may quote it (absent: nobody). */
  quote?: string;
  quotePolicy?: QuotePolicy;
  poll?: NewPoll;
  event?: NewEvent;
  praise?: NewPraise;
  mustRead?: boolean;
  /** The conversation that it is said in, whose author takes part in it; and what it changes of it. */
  conversation?: string;
  talk?: PostTalk;
  idempotencyKey?: string;
};

/** How a remote post came to us, already authenticated. */
export type ReceivedFrom = {
  /** The author's account, whose host the post's id belongs to. */
  author: Account;
  /** The group through which it came (its Announce), or to which it is addressed. */
  group?: Account;
  /** Somebody here asked for this very post (opened its address). */
  asked?: boolean;
  /** The receipt that is being worked on. */
  receipt?: string;
};

/** `root`: of a comment, the post that it is about. */
export type Written = {
  id: string;
  author: string;
  at: number;
  root?: string;
  group?: string;
};

/** A Mastodon `Status` entity; see /api/openapi.json. */
export type StatusView = {
  id: string;
  uri: string;
  created_at: string;
  filtered: FilterResult[];
} & Record<string, unknown>;

export type Posts = {
  publish: (post: NewPost) => Promise<Post>;
  /** Writes nothing; AppError where such a post would be refused, for itself or for what it answers or quotes. */
  rehearse: (post: NewPost) => Promise<void>;
  /** Stores or updates a remote post; null where it may not be stored (reason logged). Idempotent. */
  receive: (note: RemoteNote, from: ReceivedFrom) => Promise<Post | null>;
  get: (id: string) => Promise<Post | null>;
  /** Of these posts, those that are there, whoever may read them. */
  many: (ids: string[]) => Promise<Post[]>;
  byIri: (iri: string) => Promise<Post | null>;
  /** The post, if this viewer may read it. `null` viewer: anybody. */
  visible: (id: string, viewer: Account | null) => Promise<Post | null>;
  /** Posts below an id, newest first, whoever may read them: for indexing. */
  before: (id: string, most: number) => Promise<Post[]>;
  /** Of these posts, those that this viewer may read, in the order asked for; unless told otherwise without people hidden from them. */
  visibleMany: (
    ids: string[],
    viewer: Account | null,
    options?: { hideMuted: boolean },
  ) => Promise<Post[]>;
  /** How often somebody used a hashtag in what everybody may read, and when last. */
  tagUse: (author: string, tag: string) => Promise<{ count: number; lastAt: number | null }>;
  /** Hashtags that somebody used lately, the most used first. */
  tagsUsedBy: (author: string, most: number) => Promise<string[]>;
  /** Fetches what a thread around a post lacks, bounded; removes what its origin has deleted. */
  completeThread: (id: string) => Promise<void>;
  /** The post from the database, else fetched from its origin where policy allows. */
  resolveIri: (iri: string) => Promise<Post | null>;
  /** Who wrote posts and comments here since a moment, and when; messages are not counted (bounded). */
  writtenSince: (at: number) => Promise<Written[]>;
  /** The places whose posts are in this person's home feed. */
  homePlaces: (viewer: Account) => Promise<Place[]>;
  /** How many take part in an event of ours; others hear of it soon. */
  setAttendance: (post: string, counts: { going: number; maybe: number }) => Promise<void>;
  /** The author calls an event off. */
  cancelEvent: (id: string, by: Account) => Promise<Post>;
  /** Newest first over places, filtered by visibility, blocks and mutes. */
  feed: (places: Place[], viewer: Account | null, page: IdPage) => Promise<Post[]>;
  /** Messages of a conversation, newest first. */
  messages: (conversation: string, viewer: Account, page: IdPage) => Promise<Post[]>;
  /** Of these threads, the ones that this person wants no notifications of. */
  threadsMuted: (account: string, roots: string[]) => Promise<Set<string>>;
  /** Of these people, the ones who want no notifications of the thread. */
  threadMutedBy: (root: string, accounts: string[]) => Promise<Set<string>>;
  /** Posts that this person has to read, newest first. */
  mustRead: (viewer: Account, most: number) => Promise<Post[]>;
  /** Tells the author's server that somebody here has read, where both servers want that. */
  tellRead: (post: string, reader: string) => Promise<void>;
  /** Posts that quote one, with its author's consent (bounded). */
  quotes: (post: string) => Promise<Post[]>;
  /** Who shared a post (bounded). */
  sharers: (post: string) => Promise<string[]>;
  reaction: (id: string) => Promise<Reaction | null>;
  /** Of many viewers, those for whom the post shows something of their own: a reaction, share, vote, bookmark, mute. */
  touchedBy: (post: Post, viewers: string[]) => Promise<Set<string>>;
  present: (posts: Post[], viewer: Account | null) => Promise<StatusView[]>;
  /** Without what the viewer's filters hide in such a place. */
  presentIn: (
    context: FilterContext,
    posts: Post[],
    viewer: Account | null,
  ) => Promise<StatusView[]>;
  /** Deletes as the author would (also for moderators of a group, and of a post that was reported to them). */
  remove: (id: string, by: Account, options?: { reported?: boolean }) => Promise<void>;
  /** When somebody last posted in a group. */
  lastIn: (group: string) => Promise<number | null>;
  /** Posts in a place, counted up to a limit. */
  countIn: (place: Place, most: number) => Promise<number>;
  /** Drops every copy of a host's or a person's posts; returns how many (partner revoked, person gone). */
  purgeFrom: (filter: {
    host?: string;
    author?: string;
    group?: string;
    /** With `host`: sets the copies aside for admins before they go. */
    freeze?: boolean;
  }) => Promise<number>;
  /** Copies held of a host's posts. */
  countCopies: (host: string) => Promise<number>;
  /** Copies of a host's posts that were published before a moment, a batch at a time. */
  ageOut: (batch: {
    host: string;
    before: number;
    freeze: boolean;
    /** Where the batch before ended; absent: from the start. */
    after?: string;
    most: number;
  }) => Promise<{ gone: number; next: string | null }>;
  /** What was set aside of a host, newest first. */
  frozen: (host: string, page: { maxId?: string; limit: number }) => Promise<FrozenPost[]>;
  countFrozen: (host: string) => Promise<number>;
  dropFrozen: (host: string) => Promise<number>;
  /** The Note/Article document as we serve it. */
  toNote: (post: Post) => Promise<Record<string, unknown>>;
};
