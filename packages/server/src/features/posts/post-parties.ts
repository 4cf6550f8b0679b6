/** Gathers whom a post concerns: for its wire form and its recipients. */
import type { QuoteFacts } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Recipients } from '../../outbox/outbox.ts';
import type { Account } from '../accounts/account.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { Media } from '../media/media.ts';
import type { Scope } from '../partners/partners.ts';
import type { Post } from './post.ts';
import { type PostParties, toNote, type WirePicture } from './post-activity.ts';
import type { PostStore } from './post-store.ts';
import { approvedAddresses } from './quote.ts';
import type { QuoteStore } from './quote-store.ts';
import type { ReactionStore } from './reaction-store.ts';

export type PostWire = ReturnType<typeof createPostWire>;

const WIRE_TYPES = {
  image: 'Image',
  document: 'Document',
  video: 'Video',
  gifv: 'Video',
  audio: 'Audio',
} as const;

/** Of each kind; beyond that a popular post is told to followers alone. */
const MOST_HOLDERS = 500;

export function createPostWire(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  quoteStore: QuoteStore;
  reactions: ReactionStore;
}) {
  const { kit, apis, store, quoteStore, reactions } = deps;

  async function partiesOf(post: Post): Promise<PostParties> {
    const ids = (kind: string) =>
      post.readers
        .filter((reader) => reader.startsWith(kind))
        .map((reader) => reader.slice(kind.length));
    const followersOf = ids('followers:');
    const participants = post.audience === 'direct' ? ids('account:') : [];
    const mentioned = post.mentions.map((mention) => mention.account);
    const wanted = [
      post.author,
      post.group,
      post.inReplyToAccount,
      ...followersOf,
      ...participants,
      ...mentioned,
    ].filter((id) => id !== undefined);
    const found = new Map(
      (await apis.accounts.getMany([...new Set(wanted)])).map((account) => [account._id, account]),
    );
    const many = (list: string[]) => list.flatMap((id) => found.get(id) ?? []);
    const author = found.get(post.author);
    if (!author) throw new Error(`the author of post ${post._id} is not there`);
    return {
      author,
      group: (post.group && found.get(post.group)) || null,
      followersOf: many(followersOf),
      mentioned: many(mentioned).filter((account) => account.kind !== 'group'),
      parentAuthor: (post.inReplyToAccount && found.get(post.inReplyToAccount)) || null,
      participants: many(participants),
    };
  }

  async function noteOf(post: Post, parties?: PostParties) {
    const [known, pictures] = [parties ?? (await partiesOf(post)), await picturesOf(post)];
    const words = [post.source, post.warning, ...(post.poll?.options ?? [])];
    const quoted = post.quote?.post ? await store.byId(post.quote.post) : null;
    const quotedUrl = quoted?.url ?? post.quote?.iri;
    const emojis = post.local ? await apis.emojis.wire(shortcodesIn(...words)) : [];
    return toNote(post, known, {
      pictures,
      tagUrl: (tag) => `${kit.baseUrl}/tags/${encodeURIComponent(tag)}`,
      ownDomain: kit.accountDomain,
      emojis,
      readReceipts: await wantsRead(post),
      quotes: quotesOf(post, known.author),
      ...(quotedUrl && { quotedUrl }),
      now: kit.clock.now(),
    });
  }

  function quotesOf({ quote, ...post }: Post, author: Account): QuoteFacts {
    const approves = post.local ? approvedAddresses(post, author) : undefined;
    const stamp = quote?.state === 'accepted' ? quote.stamp : undefined;
    return {
      ...(quote && { quote: { iri: quote.iri, ...(stamp && { stamp }) } }),
      ...(approves && { approves }),
    };
  }

  /** Of what must be read, and of messages by those who tell others the same. */
  async function wantsRead(post: Post): Promise<boolean> {
    if (!kit.config.federation.read_receipts || !post.local) return false;
    if (post.audience !== 'direct') return post.mustRead === true;
    return (await apis.preferences.of(post.author)).readReceipts;
  }

  async function picturesOf(post: Post): Promise<WirePicture[]> {
    const media = await apis.media.getMany(post.media);
    return media.flatMap((one) => {
      const url = apis.media.wireUrlOf(one, 'original');
      return url
        ? [
            {
              mediaType: one.mediaType,
              url,
              // Of a document its file name says what it is, where nothing else does.
              alt: one.alt === '' ? (one.title ?? '') : one.alt,
              type: WIRE_TYPES[one.kind ?? 'image'],
              seconds: one.seconds,
              poster: posterOf(one) ?? undefined,
              blurhash: one.blurhash,
              focus: one.focus,
              width: one.width,
              height: one.height,
            },
          ]
        : [];
    });
  }

  function posterOf(one: Media): string | null {
    return one.seconds !== undefined && one.files.small ? apis.media.wireUrlOf(one, 'small') : null;
  }

  /** Others who hold a copy of an open post: they shared it, answered it or reacted to it. */
  async function holdersOf(post: Post): Promise<string[]> {
    const reached = post.reached ?? [];
    if (post.audience !== 'public' && post.audience !== 'unlisted') return reached;
    const [shares, answers, quotes, reacted] = await Promise.all([
      store.sharesOf(post._id, { limit: MOST_HOLDERS }),
      store.answers([post._id], MOST_HOLDERS),
      quoteStore.of(post._id, { limit: MOST_HOLDERS }),
      reactions.ofPost(post._id, { limit: MOST_HOLDERS }),
    ]);
    const others = [...shares, ...answers, ...quotes].map((one) => one.author);
    // Who was asked to be quoted has looked at it.
    const asked = post.quote?.author ? [post.quote.author] : [];
    const named = [...reached, ...others, ...reacted.map((one) => one.account), ...asked];
    return [...new Set(named)];
  }

  /** Who gets the activities about a local post, by which scope. Null: it stays in the house. */
  function recipientsOf(
    post: Post,
    parties: PostParties,
  ): { recipients: Recipients; scope: Scope; group?: string } | null {
    const named = [
      ...parties.mentioned,
      ...(parties.parentAuthor ? [parties.parentAuthor] : []),
    ].map((account) => account._id);
    switch (post.audience) {
      case 'company':
        return null;
      case 'direct':
        return {
          recipients: { accounts: parties.participants.map((account) => account._id) },
          scope: 'messages',
        };
      case 'group':
        // The group's home relays it; we tell the group alone.
        return {
          recipients: { accounts: post.group ? [post.group] : [] },
          scope: 'groups',
          group: post.group,
        };
      case 'followers':
        return {
          recipients: {
            accounts: [...named, ...remote(parties.followersOf)],
            followersOf: local(parties.followersOf),
          },
          scope: 'posts',
        };
      default:
        return {
          recipients: {
            accounts: named,
            followersOf: [post.author, ...(post.root ? local(threadAuthors(parties)) : [])],
          },
          scope: 'posts',
        };
    }
  }

  return { partiesOf, noteOf, recipientsOf, holdersOf };
}

const local = (accounts: Account[]) =>
  accounts.filter((account) => account.domain === null).map((account) => account._id);
const remote = (accounts: Account[]) =>
  accounts.filter((account) => account.domain !== null).map((account) => account._id);
const threadAuthors = (parties: PostParties) =>
  parties.parentAuthor ? [parties.parentAuthor] : [];
