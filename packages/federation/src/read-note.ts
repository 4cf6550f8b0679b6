/** A remote post, comment or message, read once, tolerant to the shapes that servers really send. */
import { parseIri, sameOrigin } from '@mitoyen/protocol';
import { recipients } from './addressing.ts';
import { withoutCiphertext } from './encrypted.ts';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { renderMarkdown } from './markdown.ts';
import { type PraiseFacts, readPraise } from './praise.ts';
import { type RemoteQuote, readQuote } from './quote.ts';
import { readEmojis } from './read-emojis.ts';
import { type RemoteEvent, readEvent } from './read-event.ts';
import { type RemotePoll, readPoll } from './read-poll.ts';
import { escapeHtml } from './sanitize-html.ts';
import { readTalk, type TalkFacts } from './talk.ts';
import { asList, count, firstType, linkUrl, mappedText, objectId, text, time } from './values.ts';

export type RemoteAttachment = {
  mediaType: string;
  url: string;
  name: string;
  blurhash?: string;
  focalPoint?: { x: number; y: number };
  width?: number;
  height?: number;
};

export type RemoteNote = {
  id: string;
  /** The type as sent: Note, Article, Page, Question, Event, Video, ... or one that nobody knows. */
  type: string;
  attributedTo: string;
  to: string[];
  cc: string[];
  audience?: string;
  inReplyTo?: string;
  /** HTML, not sanitized yet; what came as plain text or Markdown is HTML here. */
  content: string;
  /** The texts by language, where there are several. */
  contentMap?: Record<string, string>;
  /** A title; of Article, Page, Event, Video. */
  name?: string;
  /** A content warning. */
  summary?: string;
  sensitive: boolean;
  language?: string;
  published?: number;
  updated?: number;
  url?: string;
  attachments: RemoteAttachment[];
  tags: {
    mentions: { href: string; name: string }[];
    hashtags: string[];
    emojis: { name: string; url: string }[];
  };
  conversation?: string;
  context?: string;
  source?: { content: string; mediaType: string };
  /** The page that a link post is about (Lemmy). */
  link?: string;
  /** The post that this one quotes. */
  quote?: RemoteQuote;
  /** As sent: whose followers it names is known only with its author. */
  interactionPolicy?: JsonObject;
  /** Of Mitoyen: it has to be confirmed; its author's server wants to hear of readers. */
  mustRead?: boolean;
  readReceipts?: boolean;
  poll?: RemotePoll;
  event?: RemoteEvent;
  /** Of Mitoyen. */
  praise?: PraiseFacts;
  talk?: TalkFacts;
  /** FEP-8b32, not verified. */
  proof?: JsonObject;
};

/**
 * Null where the document has no id, or no author of its own origin (FEP-fe34): nobody can write
 * in the name of another server's people. `to` and `cc` carry `PUBLIC` where it was among them.
 */
export function readNote(sent: JsonObject): RemoteNote | null {
  const json = withoutCiphertext(sent);
  const id = parseIri(json.id);
  if (id === null) return null;
  const attributedTo = author(json, id);
  if (attributedTo === null) return null;
  const type = firstType(json.type) || 'Object';
  const name = mappedText(json.name, json.nameMap, LIMITS.nameCharacters)?.trim() || undefined;
  const page = readPage(json, type, id);
  return {
    id,
    type,
    attributedTo,
    to: recipients(json.to),
    cc: recipients(json.cc),
    audience: objectId(json.audience) ?? undefined,
    inReplyTo: objectId(json.inReplyTo) ?? undefined,
    content: readContent(json),
    contentMap: readContentMap(json.contentMap),
    name,
    summary: readSummary(json, name),
    sensitive: json.sensitive === true || json['as:sensitive'] === true,
    language: isObject(json.contentMap) ? Object.keys(json.contentMap)[0]?.slice(0, 10) : undefined,
    published: time(json.published),
    updated: time(json.updated),
    url: page.url,
    attachments: readAttachments(json),
    tags: readTags(json.tag),
    conversation: text(json.conversation, 2048),
    context: objectId(json.context) ?? text(json.context, 2048),
    source: readSource(json.source),
    link: page.link,
    quote: readQuote(json),
    interactionPolicy: isObject(json.interactionPolicy) ? json.interactionPolicy : undefined,
    mustRead: json.mustRead === true || undefined,
    readReceipts: json.readReceipts === true || undefined,
    poll: readPoll(json),
    event: type === 'Event' ? readEvent(json) : undefined,
    praise: readPraise(json),
    talk: readTalk(json),
    proof: isObject(json.proof) ? json.proof : undefined,
  };
}

/** The person where a video names its channel too (PeerTube); else the first author. */
function author(json: JsonObject, id: string): string | null {
  const authors = asList(json.attributedTo ?? json.actor).slice(0, LIMITS.recipients);
  const person = authors.find((one) => isObject(one) && firstType(one.type) === 'Person');
  const chosen = objectId(person ?? authors[0]);
  return chosen !== null && sameOrigin(chosen, id) ? chosen : null;
}

function readContent(json: JsonObject): string {
  const content = mappedText(json.content, json.contentMap, LIMITS.htmlCharacters) ?? '';
  if (json.mediaType === 'text/plain') return escapeHtml(content).replace(/\r?\n/g, '<br>');
  if (json.mediaType !== 'text/markdown') return content;
  const markdown = content.slice(0, LIMITS.textCharacters);
  // PeerTube's descriptions; nobody of theirs is mentioned by them.
  return renderMarkdown(markdown, { mentions: () => null, hashtagUrl: () => '' }).html;
}

function readContentMap(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const texts = Object.entries(value)
    .slice(0, LIMITS.languages)
    .flatMap(([language, one]): [string, string][] => {
      const content = text(one, LIMITS.htmlCharacters);
      return content !== undefined && /^[A-Za-z0-9-]{1,35}$/.test(language)
        ? [[language, content]]
        : [];
    });
  return texts.length > 1 ? Object.fromEntries(texts) : undefined;
}

/** lotide repeats the title there: that is no warning. */
function readSummary(json: JsonObject, name: string | undefined): string | undefined {
  const summary = mappedText(json.summary, json.summaryMap, LIMITS.nameCharacters)?.trim();
  return summary && summary !== name ? summary : undefined;
}

/** The `url` of a link post may be the page that it is about (lotide, Friendica), not its own. */
function readPage(
  json: JsonObject,
  type: string,
  id: string,
): { url: string | undefined; link: string | undefined } {
  const [url, link] = [linkUrl(json.url), readLink(json.attachment)];
  if (type !== 'Page' || !url || sameOrigin(url, id)) return { url, link };
  return { url: undefined, link: link ?? url };
}

function readLink(attachment: unknown): string | undefined {
  const link = asList(attachment)
    .slice(0, LIMITS.attachments)
    .find((one) => isObject(one) && firstType(one.type) === 'Link');
  return isObject(link) ? (parseIri(link.href) ?? undefined) : undefined;
}

function readAttachments(json: JsonObject): RemoteAttachment[] {
  return [...asList(json.attachment), ...asList(json.image)]
    .slice(0, LIMITS.attachments)
    .flatMap((one) => {
      if (!isObject(one)) return [];
      const type = firstType(one.type);
      const url = linkUrl(one.url ?? one.href);
      const mediaType = text(one.mediaType, 100) ?? (type === 'Image' ? 'image/*' : '');
      if (!url || !mediaType || !['Image', 'Document', 'Video', 'Audio'].includes(type)) return [];
      return [
        {
          mediaType,
          url,
          name: text(one.name ?? one.summary, LIMITS.altTextCharacters) ?? '',
          blurhash: text(one.blurhash, 200),
          focalPoint: readFocus(one.focalPoint),
          width: count(one.width),
          height: count(one.height),
        },
      ];
    });
}

function readFocus(value: unknown): { x: number; y: number } | undefined {
  const [x, y] = asList(value);
  return typeof x === 'number' && typeof y === 'number' && Math.abs(x) <= 1 && Math.abs(y) <= 1
    ? { x, y }
    : undefined;
}

function readTags(value: unknown): RemoteNote['tags'] {
  const tags: RemoteNote['tags'] = { mentions: [], hashtags: [], emojis: readEmojis(value) };
  for (const tag of asList(value).slice(0, LIMITS.mentions + LIMITS.hashtags + LIMITS.emojis)) {
    if (!isObject(tag)) continue;
    const name = text(tag.name, LIMITS.nameCharacters) ?? '';
    const type = firstType(tag.type);
    const href = parseIri(tag.href);
    if (type === 'Mention' && href && tags.mentions.length < LIMITS.mentions)
      tags.mentions.push({ href, name });
    if (type === 'Hashtag' && tags.hashtags.length < LIMITS.hashtags) {
      const hashtag = name.replace(/^#/, '').toLowerCase();
      if (/^[\p{L}\p{N}_·-]{1,100}$/u.test(hashtag)) tags.hashtags.push(hashtag);
    }
  }
  return { ...tags, hashtags: [...new Set(tags.hashtags)] };
}

function readSource(value: unknown): RemoteNote['source'] {
  if (!isObject(value)) return undefined;
  const content = text(value.content, LIMITS.textCharacters);
  return content === undefined
    ? undefined
    : { content, mediaType: text(value.mediaType, 100) ?? 'text/plain' };
}
