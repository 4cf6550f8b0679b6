/** Posts on the wire: pure. */
import {
  buildActivityDocument,
  buildNote,
  buildTombstone,
  escapeHtml,
  type JsonObject,
  PUBLIC,
  type QuoteFacts,
} from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { WireEmoji } from '../emojis/emojis.ts';
import { companiesIri } from '../groups/group.ts';
import { articleOf } from './article.ts';
import type { Post } from './post.ts';
import { wireEvent, wirePoll, wirePraise, wireTalk } from './wire-parts.ts';

type Built = JsonObject & { id: string };

/** The accounts that the wire form of a post names. */
export type PostParties = {
  author: Account;
  group: Account | null;
  /** Whose followers may read (of a comment: the thread's author). */
  followersOf: Account[];
  mentioned: Account[];
  parentAuthor: Account | null;
  participants: Account[];
};

export type WirePicture = {
  type: 'Image' | 'Document' | 'Video' | 'Audio';
  /** Seconds, of what is played; and its poster. */
  seconds?: number;
  poster?: string;
  mediaType: string;
  url: string;
  alt: string;
  blurhash?: string;
  focus?: { x: number; y: number };
  width?: number;
  height?: number;
};

/** `to` and `cc` of a post and of the activities about it. */
export function addressOf(post: Post, parties: PostParties): { to: string[]; cc: string[] } {
  const { author, group, mentioned, parentAuthor } = parties;
  const followers = author.followersIri ?? `${author.iri}/followers`;
  const named = iris([...(parentAuthor ? [parentAuthor] : []), ...mentioned], author);
  switch (post.audience) {
    case 'public':
      return { to: [PUBLIC], cc: unique([followers, ...named]) };
    case 'unlisted':
      return { to: [followers], cc: unique([PUBLIC, ...named]) };
    case 'followers': {
      const collections = parties.followersOf.flatMap((one) => one.followersIri ?? []);
      return {
        to: unique([...collections, ...(parentAuthor ? iris([parentAuthor], author) : [])]),
        cc: iris(mentioned, author),
      };
    }
    case 'group': {
      const to = group ? unique([group.iri, group.followersIri ?? `${group.iri}/followers`]) : [];
      const companies = group && post.readers.includes('company') ? [companiesIri(group.iri)] : [];
      const everybody = post.readers.includes('public') ? [PUBLIC] : companies;
      return { to, cc: unique([...everybody, ...named]) };
    }
    case 'direct':
      return { to: iris(parties.participants, author), cc: [] };
    case 'company':
      return { to: [], cc: [] };
    default:
      return post.audience satisfies never;
  }
}

export function toNote(
  post: Post,
  parties: PostParties,
  options: {
    pictures: WirePicture[];
    tagUrl: (tag: string) => string;
    ownDomain: string;
    emojis: WireEmoji[];
    readReceipts: boolean;
    quotes?: QuoteFacts;
    /** Where the quoted post is read. */
    quotedUrl?: string;
    now: number;
  },
): JsonObject {
  const { to, cc } = addressOf(post, parties);
  const mentioned =
    post.audience === 'direct'
      ? parties.participants.filter((one) => one._id !== post.author)
      : withParent(parties);
  const article = articleOf(post);
  return buildNote({
    id: post.iri,
    type: typeOf(post),
    ...(article && { name: article.title }),
    ...(post.event && { name: post.title, event: wireEvent(post.event) }),
    ...(post.praise && { praise: wirePraise(post.praise, parties.mentioned) }),
    ...(post.talk && { talk: wireTalk(post.talk, parties.participants) }),
    ...(post.poll && { poll: wirePoll(post.poll, options.now) }),
    attributedTo: parties.author.iri,
    to,
    cc,
    audience: parties.group?.iri,
    inReplyTo: post.inReplyToIri,
    content: quoteLink(options.quotedUrl) + (article?.html ?? post.event?.description ?? post.html),
    quotes: options.quotes,
    source: post.source || undefined,
    language: post.language,
    summary: article?.summary ?? (post.warning || undefined),
    preview: article?.summary,
    sensitive: post.sensitive,
    published: new Date(post.publishedAt).toISOString(),
    updated: post.editedAt ? new Date(post.editedAt).toISOString() : undefined,
    url: post.url,
    conversation: post.context,
    context: post.context,
    attachments: options.pictures.map((picture) => ({
      type: picture.type,
      mediaType: picture.mediaType,
      url: picture.url,
      name: picture.alt,
      ...(picture.blurhash && { blurhash: picture.blurhash }),
      ...(picture.focus && { focalPoint: [picture.focus.x, picture.focus.y] as [number, number] }),
      ...(picture.width && { width: picture.width, height: picture.height }),
      ...(picture.seconds !== undefined && { duration: `PT${picture.seconds.toFixed(2)}S` }),
      ...(picture.poster && {
        icon: { type: 'Image', mediaType: 'image/webp', url: picture.poster },
      }),
    })),
    mentions: mentioned.map((account) => ({
      href: account.iri,
      name: `@${account.username}@${account.domain ?? options.ownDomain}`,
    })),
    hashtags: post.hashtags.map((tag) => ({ href: options.tagUrl(tag), name: `#${tag}` })),
    emojis: options.emojis,
    mustRead: post.mustRead,
    readReceipts: options.readReceipts,
    replies: `${post.iri}/replies`,
  });
}

/** For servers that know no quotes; others leave it out (Mastodon's words for it). */
function quoteLink(url: string | undefined): string {
  if (!url) return '';
  const address = escapeHtml(url);
  return `<p class="quote-inline">RE: <a href="${address}">${address}</a></p>`;
}

export function typeOf(post: Post): 'Note' | 'Article' | 'Question' | 'Event' {
  if (post.event) return 'Event';
  if (articleOf(post)) return 'Article';
  return post.poll ? 'Question' : 'Note';
}

function withParent({ mentioned, parentAuthor, author }: PostParties): Account[] {
  const all =
    parentAuthor && parentAuthor._id !== author._id ? [parentAuthor, ...mentioned] : mentioned;
  return [...new Map(all.map((account) => [account._id, account])).values()];
}

export function createActivity(post: Post, note: JsonObject, actor: Account): Built {
  return wrap('Create', `${post.iri}/activity`, note, actor, {
    published: new Date(post.publishedAt).toISOString(),
  });
}

/** New numbers of a poll, a stamp for a quote: the post itself was not edited. */
export function renewActivity(post: Post, note: JsonObject, actor: Account, what: string): Built {
  return wrap('Update', `${post.iri}#updates/${what}`, note, actor, {});
}

export function updateActivity(post: Post, note: JsonObject, actor: Account): Built {
  return wrap('Update', `${post.iri}#updates/${post.editedAt ?? 0}`, note, actor, {});
}

function wrap(
  type: string,
  id: string,
  note: JsonObject,
  actor: Account,
  more: { published?: string },
): Built {
  const { to, cc, audience } = note as { to: string[]; cc: string[]; audience?: string };
  return buildActivityDocument(type, {
    id,
    actor: actor.iri,
    object: note,
    to,
    cc,
    audience,
    ...more,
  });
}

export function deleteActivity(post: Post, parties: PostParties, actor: Account): Built {
  const { to, cc } = addressOf(post, parties);
  // A group takes a post out in its own name, so the object stays somebody else's.
  const { '@context': _, ...tombstone } = buildTombstone({
    id: post.iri,
    deleted: new Date(post.deletedAt ?? 0).toISOString(),
    formerType: 'Note',
  });
  return buildActivityDocument('Delete', {
    id: actor._id === post.author ? `${post.iri}#delete` : `${actor.iri}#remove/${post._id}`,
    actor: actor.iri,
    object: actor._id === post.author ? tombstone : post.iri,
    to,
    cc,
    audience: parties.group?.iri,
  });
}

function iris(accounts: Account[], except: Account): string[] {
  return unique(
    accounts.filter((account) => account._id !== except._id).map((account) => account.iri),
  );
}

function unique(items: string[]): string[] {
  return [...new Set(items)];
}
