/** A post, comment, message or share: types and the rule who may read it. */
import type { WithPending } from '../../platform/pending.ts';
import type { PostTalk } from '../conversations/talk.ts';
import type { CopyLevel } from '../partners/partners.ts';
import type { PostEvent } from './event.ts';
import type { Poll } from './poll.ts';
import type { PostPraise } from './praise.ts';
import type { CanQuote, PostQuote } from './quote.ts';

export type Audience = 'public' | 'unlisted' | 'company' | 'followers' | 'group' | 'direct';

/**
 * Who may read, as a set of tokens, any of which suffices:
 * `public`; `company` (colleagues here); `followers:<account>`; `group:<account>` (members);
 * `account:<account>`. The author always may.
 */
export type Reader =
  | 'public'
  | 'company'
  | `followers:${string}`
  | `group:${string}`
  | `account:${string}`;

/** Where a post lives: exactly one place. `company` is the wall that all colleagues share. */
export type Place = 'company' | `wall:${string}` | `group:${string}` | `conversation:${string}`;

/** The reaction that is a plain like: Mastodon's favourite. */
export const LIKE = '★';

export type PostEdit = {
  at: number;
  html: string;
  source: string;
  title: string;
  media: string[];
  /** Options of the poll. */
  poll?: string[];
};

export type Post = WithPending & {
  _id: string;
  kind: 'post' | 'share';
  /** The ActivityPub id: unique. Of a share: the id of the Announce. */
  iri: string;
  url: string;
  author: string;
  local: boolean;
  place: Place;
  /** Equal to `place` for what feeds list (top-level posts and shares); absent for comments and messages. */
  feed?: Place;
  audience: Audience;
  readers: Reader[];
  /** The group that the post was made in (its account id). */
  group?: string;
  /** Of a direct message. */
  conversation?: string;
  /** Of a share: the shared post. */
  shareOf?: string;
  /** Sanitized HTML, and the Markdown of local posts. */
  html: string;
  source: string;
  /** Lists that show it: `local` or `remote`, `tag:<hashtag>`. */
  streams: string[];
  /** The host it came from; absent for local ones. */
  host?: string;
  /** Remote collections that it was addressed to (to forward it to whom they are ours). */
  forwardTo?: string[];
  /** A title (Article, Page), and a content warning. */
  title: string;
  warning: string;
  sensitive: boolean;
  language?: string;
  media: string[];
  mentions: { account: string; handle: string; href: string }[];
  hashtags: string[];
  /** The post answered, the first post of its thread, and their ids on the wire. */
  inReplyTo?: string;
  inReplyToIri?: string;
  inReplyToAccount?: string;
  root?: string;
  /** The posts above whose comment count includes this one: never those that are for more people. */
  countedIn?: string[];
  /** Wire value of `conversation`/`context`. */
  context?: string;
  /** Emojis of another server, without their colons. */
  emojis?: { shortcode: string; media: string }[];
  /** What a type that we have no feature for is shown as. */
  card?: { url: string; title: string; type: string };
  /** Everybody it is for has to confirm having read it. */
  mustRead?: boolean;
  /** Of remote posts: the author's server wants to hear of readers. */
  wantsRead?: boolean;
  poll?: Poll;
  /** When the poll or event has something to tell: new numbers, or its end. */
  pollDueAt?: number;
  /** What it invites to; its title is the post's. */
  event?: PostEvent;
  praise?: PostPraise;
  /** The post that it quotes; who may quote it (absent: nobody but its author). */
  quote?: PostQuote;
  canQuote?: CanQuote;
  /** Of a message in a group chat. */
  talk?: PostTalk;
  /** Of a copy that is not whole, as agreed with the home of its group: what is left of it. */
  copy?: Exclude<CopyLevel, 'full'>;
  counts: { comments: number; reactions: number; shares: number; quotes?: number };
  /** Reaction counts by emoji ("★" is a plain like). */
  reactions: Record<string, number>;
  pinnedAt?: number;
  publishedAt: number;
  editedAt?: number;
  edits?: PostEdit[];
  deletedAt?: number;
  idempotencyKey?: string;
  /** People who were named by an earlier version: they hear of changes too. */
  reached?: string[];
  /**
   * Of remote posts: the receipt whose activity changed it last. When the job of that very
   * receipt runs again, what follows from the change is done again.
   */
  receipt?: string;
  /** Of the memory of what was deleted before it came: when it may be forgotten. */
  expiresAt?: Date;
  purge?: boolean;
};

/** The fields of a post that has no content: of shares and of what is only remembered. */
export function blankContent() {
  return {
    html: '',
    source: '',
    title: '',
    warning: '',
    sensitive: false,
    media: [],
    mentions: [],
    hashtags: [],
    streams: [],
    counts: { comments: 0, reactions: 0, shares: 0 },
    reactions: {},
  };
}

/** The agreement scope under which a post crosses the wall. */
export function scopeOf(post: Pick<Post, 'audience' | 'group'>): 'messages' | 'groups' | 'posts' {
  if (post.audience === 'direct') return 'messages';
  return post.group ? 'groups' : 'posts';
}

/** Whether somebody who wants only some languages of its author wants it; what has none is for all. */
export function isInLanguage(
  { language }: Pick<Post, 'language'>,
  wanted: string[] | undefined,
): boolean {
  if (!wanted || !language) return true;
  const [base = language] = language.toLowerCase().split('-');
  return wanted.some((one) => one === language.toLowerCase() || one === base);
}

/** Whether anybody may read it, signed in or not. */
export function isOpen(post: Pick<Post, 'readers'>): boolean {
  return post.readers.includes('public');
}

/** Whether any of the reader's tokens opens the post. `tokens` as made by `readerTokens`. */
export function mayRead(
  post: Pick<Post, 'author' | 'readers'>,
  viewer: string | null,
  tokens: ReadonlySet<string>,
): boolean {
  if (viewer !== null && post.author === viewer) return true;
  return post.readers.some((reader) => tokens.has(reader));
}
