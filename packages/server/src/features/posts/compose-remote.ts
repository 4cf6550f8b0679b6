/** What we keep of a remote post. */
import {
  escapeHtml,
  type RemoteNote,
  readQuotePolicy,
  sanitizeRemoteHtml,
  type TalkFacts,
} from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { PostTalk } from '../conversations/talk.ts';
import type { RemotePicture } from '../media/media.ts';
import type { CopyLevel } from '../partners/partners.ts';
import { countedIn, type Placement, streamsOf } from './audience.ts';
import { keptOf } from './copy-level.ts';
import type { PostEvent } from './event.ts';
import { eventHeader } from './event-text.ts';
import type { Poll } from './poll.ts';
import { blankContent, isOpen, type Post } from './post.ts';
import type { StoredPost } from './post-store.ts';
import { readPraised } from './praise.ts';
import { type CanQuote, remoteQuote } from './quote.ts';

/** Types that are shown as they are; every other one as a card with its link. */
const SHOWN = new Set(['Note', 'Article', 'Page', 'Question', 'ChatMessage']);
/** Types whose `summary` is a summary, where a Note's is a content warning. */
const SUMMARISED = new Set(['Article', 'Page']);
/** Fresh posts take the time of arrival as their order, so that nobody misses one that was delayed. */
const FRESH_MS = 7 * 24 * 3600_000;
const MOST_MENTIONS = 50;

export type ComposeRemote = ReturnType<typeof createComposeRemote>;

export function createComposeRemote(deps: { kit: Kit; apis: Apis }) {
  const { kit, apis } = deps;

  /** What an edit may change; of a copy that is not whole, what is kept of it. */
  async function content(
    note: RemoteNote,
    author: Account,
    { open, level = 'full' }: { open: boolean; level?: CopyLevel },
  ) {
    const isWhole = level === 'full';
    const [media, mentions, emojis] = await Promise.all([
      isWhole ? picturesOf(note, author, open) : [],
      mentionsOf(note),
      isWhole ? apis.emojis.remember(author._id, note.tags.emojis) : [],
    ]);
    const praise = readPraised(note, mentions, sanitizeRemoteHtml);
    const isWarning = SHOWN.has(note.type) && !SUMMARISED.has(note.type);
    const whole = {
      html: htmlOf(note),
      title: note.name ?? '',
      warning: isWarning ? (note.summary ?? '') : '',
      hashtags: note.tags.hashtags,
      media,
      ...(emojis.length > 0 && { emojis }),
      ...(note.poll && { poll: pollOf(note, kit.clock.now()) }),
      ...(isMeeting(note) && { event: eventOf(note) }),
      ...(praise && { praise }),
    };
    const canQuote = policyOf(note, author);
    return {
      ...keptOf(whole, level),
      ...(!isWhole && { copy: level }),
      sensitive: note.sensitive,
      mentions,
      ...(canQuote && { canQuote }),
      ...(note.mustRead && { mustRead: true }),
      ...(note.readReceipts && { wantsRead: true }),
    } satisfies Partial<Post>;
  }

  async function compose(
    note: RemoteNote,
    author: Account,
    parent: Post | null,
    placement: Placement,
    level: CopyLevel = 'full',
  ): Promise<StoredPost> {
    const now = kit.clock.now();
    const publishedAt = Math.min(note.published ?? now, now);
    const known = await content(note, author, { open: isOpen(placement), level });
    const draft = {
      ...blankContent(),
      ...known,
      _id: now - publishedAt < FRESH_MS ? kit.nextId() : kit.nextId(publishedAt),
      kind: 'post' as const,
      iri: note.id,
      url: note.url ?? note.id,
      author: author._id,
      local: false,
      host: iriHost(note.id),
      ...placement,
      language: note.language,
      ...(note.inReplyTo && { inReplyToIri: note.inReplyTo }),
      ...(parent ? under(parent, placement) : note.inReplyTo && { orphanOf: note.inReplyTo }),
      context: note.context ?? note.conversation,
      ...(note.talk && placement.conversation && { talk: talkOf(note.talk, known.mentions) }),
      ...(!SHOWN.has(note.type) && !isMeeting(note) && level === 'full' && { card: cardOf(note) }),
      ...(note.quote && level === 'full' && { quote: remoteQuote(note) }),
      publishedAt,
      // An edit that overtook its post arrives as one that was edited already.
      ...(note.updated && note.updated > publishedAt && { editedAt: Math.min(note.updated, now) }),
    };
    const endsAt = draft.poll?.closedAt ? undefined : draft.poll?.endsAt;
    return { ...draft, streams: streamsOf(draft), ...(endsAt && { pollDueAt: endsAt }) };
  }

  async function picturesOf(note: RemoteNote, author: Account, open: boolean): Promise<string[]> {
    const pictures = note.attachments.filter((one) => apis.media.keeps(one.mediaType));
    if (pictures.length === 0) return [];
    const described = pictures.map((one) => ({ ...pictureOf(one), open }));
    return apis.media.remember(author._id, described);
  }

  async function mentionsOf(note: RemoteNote): Promise<Post['mentions']> {
    const found = await Promise.all(
      note.tags.mentions.slice(0, MOST_MENTIONS).map(async ({ href }) => {
        const account = await apis.accounts.byIri(href);
        return account ? [{ account: account._id, handle: account.handle, href }] : [];
      }),
    );
    return found.flat();
  }

  return { compose, content };
}

/** Whom the author lets quote it; undefined where nothing is said. */
export function policyOf(note: RemoteNote, author: Account): CanQuote | undefined {
  const { interactionPolicy } = note;
  const { iri, followersIri: followers, followingIri: following } = author;
  return readQuotePolicy(
    { interactionPolicy },
    { iri, ...(followers && { followers }), ...(following && { following }) },
  );
}

/** Of the people whom it adds, only those whom it also mentions. */
function talkOf({ name, change, people }: TalkFacts, mentions: Post['mentions']): PostTalk {
  const added = mentions.filter(({ href }) => people.includes(href)).map((one) => one.account);
  return { name, ...(change && { change }), ...(added.length > 0 && { people: added }) };
}

/** The poll of a remote post, with the numbers that its origin tells. */
export function pollOf(note: RemoteNote, now: number): Poll | undefined {
  if (!note.poll) return undefined;
  const { options, multiple, votersCount, endsAt, closed } = note.poll;
  const counts = options.map((option) => option.votes);
  return {
    options: options.map((option) => option.name),
    counts,
    voters: votersCount ?? (multiple ? Math.max(...counts) : counts.reduce((a, b) => a + b, 0)),
    multiple,
    hideTotals: false,
    ...(endsAt && { endsAt }),
    ...(closed && { closedAt: Math.min(endsAt ?? now, now) }),
  };
}

/** The event of a remote post, with the numbers that its origin tells; undefined where it has none. */
export function meetingOf(note: RemoteNote): PostEvent | undefined {
  return isMeeting(note) ? eventOf(note) : undefined;
}

type Meeting = RemoteNote & { event: NonNullable<RemoteNote['event']> & { startsAt: number } };

/** An event that says when it is; another one is shown as a card. */
function isMeeting(note: RemoteNote): note is Meeting {
  return note.event?.startsAt !== undefined;
}

function eventOf(note: Meeting): PostEvent {
  const { participants, maybes, ...event } = note.event;
  return {
    ...event,
    description: descriptionOf(note),
    going: participants ?? 0,
    maybe: maybes ?? 0,
  };
}

/** Where a comment hangs. */
export function under(parent: Post, comment: Pick<Post, 'readers' | 'audience' | 'conversation'>) {
  return {
    inReplyTo: parent._id,
    inReplyToAccount: parent.author,
    root: parent.root ?? parent._id,
    countedIn: countedIn(comment, parent),
  };
}

function cardOf(note: RemoteNote) {
  return { url: note.url ?? note.id, title: note.name ?? note.type, type: note.type };
}

/** What is shown of a remote post: its text; a title above it; a link for what we have no feature for. */
export function htmlOf(note: RemoteNote): string {
  const body = sanitizeRemoteHtml(note.content);
  const hasTitle = note.name && note.type !== 'Note' && note.type !== 'ChatMessage';
  const title = hasTitle ? `<p><strong>${escapeHtml(note.name ?? '')}</strong></p>` : '';
  const address = escapeHtml(note.link ?? note.url ?? note.id);
  const link = `<p><a href="${address}">${address}</a></p>`;
  // A link post (Lemmy) is about a page elsewhere.
  if (SHOWN.has(note.type))
    return title + body + (note.link && note.type === 'Page' ? sanitizeRemoteHtml(link) : '');
  const text = descriptionOf(note);
  if (isMeeting(note)) return eventHeader(note.name ?? '', note.event) + text;
  return sanitizeRemoteHtml(`${title}${text}${link}`);
}

export function descriptionOf(note: RemoteNote): string {
  const body = sanitizeRemoteHtml(note.content);
  return body === '' && note.summary ? sanitizeRemoteHtml(note.summary) : body;
}

function pictureOf(attachment: RemoteNote['attachments'][number]): RemotePicture {
  const { url, mediaType, name, blurhash, width, height, focalPoint } = attachment;
  return {
    url,
    mediaType,
    alt: name,
    blurhash,
    width,
    height,
    focus: focalPoint,
    purpose: 'attachment',
  };
}
