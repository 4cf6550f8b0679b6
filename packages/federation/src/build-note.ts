/** Posts as we send them: pure. */
import { type EventFacts, eventLink, eventTerms } from './build-event.ts';
import { type EmojiFacts, emojiTag } from './emoji-tag.ts';
import type { JsonObject } from './json.ts';
import { type PraiseFacts, praiseTerms } from './praise.ts';
import { type QuoteFacts, quoteTerms } from './quote.ts';
import { escapeHtml } from './sanitize-html.ts';
import { type TalkFacts, talkTerms } from './talk.ts';

/** Of a Question. Times are ISO 8601. */
export type PollFacts = {
  multiple: boolean;
  options: { name: string; votes: number }[];
  voters: number;
  endTime?: string;
  closed?: string;
};

export type NoteFacts = {
  id: string;
  type: 'Note' | 'Article' | 'Question' | 'Event';
  poll?: PollFacts;
  event?: EventFacts;
  praise?: PraiseFacts;
  talk?: TalkFacts;
  quotes?: QuoteFacts;
  attributedTo: string;
  to: string[];
  cc: string[];
  audience?: string;
  inReplyTo?: string;
  content: string;
  source?: string;
  language?: string;
  name?: string;
  summary?: string;
  /** Of an Article: what is shown where there is no room for it (FEP-b2b8); plain text. */
  preview?: string;
  sensitive: boolean;
  published: string;
  updated?: string;
  url: string;
  conversation?: string;
  context?: string;
  attachments: {
    type: 'Image' | 'Document' | 'Video' | 'Audio';
    mediaType: string;
    /** ISO 8601. */
    duration?: string;
    icon?: JsonObject;
    url: string;
    name: string;
    blurhash?: string;
    focalPoint?: [number, number];
    width?: number;
    height?: number;
  }[];
  mentions: { href: string; name: string }[];
  hashtags: { href: string; name: string }[];
  emojis?: EmojiFacts[];
  /** Everybody it is for has to confirm having read it; and the author's server wants to hear of readers. */
  mustRead?: boolean;
  readReceipts?: boolean;
  replies?: string;
};

/** A post without a context, to be put into an activity or served with `withContext`. */
export function buildNote(facts: NoteFacts): JsonObject {
  return {
    id: facts.id,
    type: facts.type,
    attributedTo: facts.attributedTo,
    to: facts.to,
    cc: facts.cc,
    ...(facts.audience && { audience: facts.audience }),
    ...(facts.inReplyTo && { inReplyTo: facts.inReplyTo }),
    content: facts.content,
    ...(facts.language && { contentMap: { [facts.language]: facts.content } }),
    ...(facts.source !== undefined && {
      source: { content: facts.source, mediaType: 'text/markdown' },
    }),
    ...(facts.name && { name: facts.name }),
    ...(facts.summary && { summary: facts.summary }),
    ...(facts.preview && { preview: previewOf(facts, facts.preview) }),
    sensitive: facts.sensitive,
    published: facts.published,
    ...(facts.updated && { updated: facts.updated }),
    url: facts.url,
    ...(facts.conversation && { conversation: facts.conversation }),
    ...(facts.context && { context: facts.context }),
    attachment: facts.event ? [...facts.attachments, ...eventLink(facts.event)] : facts.attachments,
    tag: [
      ...facts.mentions.map(({ href, name }) => ({ type: 'Mention', href, name })),
      ...facts.hashtags.map(({ href, name }) => ({ type: 'Hashtag', href, name })),
      ...(facts.emojis ?? []).map(emojiTag),
    ],
    ...(facts.replies && { replies: facts.replies }),
    ...(facts.poll && pollTerms(facts.poll)),
    ...(facts.event && eventTerms(facts.event)),
    ...(facts.praise && praiseTerms(facts.praise)),
    ...(facts.talk && talkTerms(facts.talk)),
    ...(facts.quotes && quoteTerms(facts.quotes)),
    ...(facts.mustRead && { mustRead: true }),
    ...(facts.readReceipts && { readReceipts: true }),
  };
}

function previewOf({ attributedTo, published, url }: NoteFacts, text: string): JsonObject {
  const link = escapeHtml(url);
  const content = `<p>${escapeHtml(text)}</p><p><a href="${link}">${link}</a></p>`;
  return { type: 'Note', attributedTo, published, content };
}

function pollTerms(poll: PollFacts): JsonObject {
  const options = poll.options.map(({ name, votes }) => ({
    type: 'Note',
    name,
    replies: { type: 'Collection', totalItems: votes },
  }));
  return {
    [poll.multiple ? 'anyOf' : 'oneOf']: options,
    votersCount: poll.voters,
    ...(poll.endTime && { endTime: poll.endTime }),
    ...(poll.closed && { closed: poll.closed }),
  };
}
