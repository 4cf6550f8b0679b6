/** A remote post that was authenticated already: is it for us, who may read it, store it once. */
import { escapeHtml, PUBLIC, type RemoteNote, sanitizeRemoteHtml } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import { LRUCache } from 'lru-cache';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Placement } from './audience.ts';
import { streamsOf } from './audience.ts';
import type { Place, Post, Reader } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import type { ReceivedFrom } from './posts.ts';
import { countedIn } from './publish-post.ts';

/** Types that are shown as they are; every other one as a card with its link. */
const SHOWN = new Set(['Note', 'Article', 'Page', 'Question', 'ChatMessage']);
/** Fresh posts take the time of arrival as their order, so that nobody misses one that was delayed. */
const FRESH_MS = 7 * 24 * 3600_000;
const MOST_RESOLVED = 10;
const PICTURE = /^image\//;

export type Received =
  | { kind: 'stored'; post: Post }
  | { kind: 'known'; post: Post }
  | { kind: 'refused'; reason: string };

export type ReceivePost = ReturnType<typeof createReceivePost>;

export function createReceivePost(deps: { kit: Kit; apis: Apis; store: PostStore }) {
  const { kit, apis, store } = deps;
  const followed = new LRUCache<string, boolean>({ max: 10_000, ttl: 5_000 });
  const refused = (reason: string): Received => ({ kind: 'refused', reason });

  return async function receivePost(note: RemoteNote, from: ReceivedFrom): Promise<Received> {
    const { author } = from;
    if (!sameIri(note.attributedTo, author.iri) || iriHost(note.id) !== iriHost(author.iri))
      return refused('not by its author');
    const known = await store.byIri(note.id);
    if (known) return { kind: 'known', post: known };
    const parent = note.inReplyTo ? await store.byIri(note.inReplyTo) : null;
    const placed = await place(note, from, parent);
    if ('reason' in placed) return refused(placed.reason);
    const host = iriHost(author.iri);
    const scope = placed.audience === 'direct' ? 'messages' : placed.group ? 'groups' : 'posts';
    if (!apis.policy.allows(host, scope, placed.group))
      return refused(`the agreement does not allow ${scope}`);
    const post = await compose(note, author, parent, placed);
    if (!(await store.insert(post))) {
      const same = await store.byIri(note.id);
      return same ? { kind: 'known', post: same } : refused('could not be stored');
    }
    await count(post, parent);
    return { kind: 'stored', post };
  };

  async function place(
    note: RemoteNote,
    from: ReceivedFrom,
    parent: Post | null,
  ): Promise<Placement | { reason: string }> {
    const { author } = from;
    const addressed = [...note.to, ...note.cc];
    const group = await findGroup(note, from, parent, addressed);
    if (group) return placeInGroup(group, from, parent, addressed);

    const people = await localPeople(addressed);
    if (await blockedByAll(author, people)) return { reason: 'blocked' };
    const isPublic = note.to.includes(PUBLIC);
    const isUnlisted = !isPublic && note.cc.includes(PUBLIC);
    const toFollowers =
      author.followersIri !== undefined &&
      addressed.some((iri) => sameIri(iri, author.followersIri ?? ''));
    const rootFollowers = parent ? await followersOfRoot(parent, addressed) : [];
    const wall: Place = `wall:${author._id}`;

    if (isPublic || isUnlisted) {
      if (!(await isRelevant(author, people, parent, from)))
        return { reason: 'nobody here asked for it' };
      return {
        audience: isPublic ? 'public' : 'unlisted',
        place: wall,
        readers: ['public'],
        ...(!note.inReplyTo && { feed: wall }),
      };
    }
    const readers: Reader[] = [
      ...(toFollowers ? [`followers:${author._id}` as Reader] : []),
      ...rootFollowers,
      ...people.map((account): Reader => `account:${account._id}`),
    ];
    if (toFollowers || rootFollowers.length > 0) {
      if (!(await isRelevant(author, people, parent, from)))
        return { reason: 'nobody here asked for it' };
      return {
        audience: 'followers',
        place: wall,
        readers,
        ...(!note.inReplyTo && { feed: wall }),
      };
    }
    if (people.length === 0) return { reason: 'addressed to nobody here' };
    return placeMessage(note, author, people);
  }

  /** The group that relayed it, or that it is addressed to, or that its post is in. */
  async function findGroup(
    note: RemoteNote,
    from: ReceivedFrom,
    parent: Post | null,
    addressed: string[],
  ): Promise<Account | null> {
    if (from.group) return from.group;
    if (parent?.group) return apis.accounts.get(parent.group);
    const named = note.audience ? [note.audience, ...addressed] : addressed;
    for (const iri of named.filter((one) => one !== PUBLIC).slice(0, MOST_RESOLVED)) {
      const account = await apis.accounts.byIri(iri);
      if (account?.kind === 'group' && (account.domain === null || note.audience === iri))
        return account;
    }
    return null;
  }

  async function placeInGroup(
    account: Account,
    from: ReceivedFrom,
    parent: Post | null,
    addressed: string[],
  ): Promise<Placement | { reason: string }> {
    const group = await apis.groups.get(account._id);
    if (!group || group.deletedAt) return { reason: 'the group is not known here' };
    if (parent && parent.group !== undefined && parent.group !== account._id)
      return { reason: 'answers a post of another group' };
    if (parent && parent.group === undefined && from.group === undefined)
      return { reason: 'answers a post outside the group' };
    if (account.domain === null) {
      // We are its home: only members post, as the group's rules say.
      const refusal = await refusalOf(() =>
        apis.groups.authorizePost(from.author, account._id, { comment: parent !== null }),
      );
      if (refusal) return { reason: refusal };
    } else if (from.group === undefined && iriHost(from.author.iri) !== iriHost(account.iri)) {
      // Only its home says what belongs to a group.
      return { reason: 'the group has not relayed it' };
    } else if ((await apis.groups.localMembers(account._id)).length === 0) {
      return { reason: 'nobody here is in the group' };
    }
    const addressesGroup = addressed.some(
      (iri) => sameIri(iri, account.iri) || sameIri(iri, account.followersIri ?? ''),
    );
    if (!addressesGroup && !parent) return { reason: 'not addressed to the group' };
    const open = group.access === 'open' && addressed.includes(PUBLIC);
    const place: Place = `group:${account._id}`;
    return {
      audience: 'group',
      place,
      group: account._id,
      readers: open ? ['public', `group:${account._id}`] : [`group:${account._id}`],
      ...(!parent && { feed: place }),
    };
  }

  async function placeMessage(
    note: RemoteNote,
    author: Account,
    people: Account[],
  ): Promise<Placement | { reason: string }> {
    const others = await Promise.all(
      note.to
        .filter((iri) => iri !== PUBLIC && iriHost(iri) !== kit.ownHost)
        .slice(0, MOST_RESOLVED)
        .map((iri) =>
          apis.accounts.byIri(iri).then((known) => known ?? apis.accounts.resolveIri(iri)),
        ),
    );
    const persons = others.filter(
      (account): account is Account => account !== null && account.kind !== 'group',
    );
    const participants = [
      ...new Set([author._id, ...people.map((one) => one._id), ...persons.map((one) => one._id)]),
    ];
    const conversation = await apis.conversations.ensure(participants);
    return {
      audience: 'direct',
      place: `conversation:${conversation._id}`,
      conversation: conversation._id,
      readers: participants.map((id): Reader => `account:${id}`),
    };
  }

  async function localPeople(addressed: string[]): Promise<Account[]> {
    const local = addressed.filter((iri) => iri !== PUBLIC && iriHost(iri) === kit.ownHost);
    const found = await Promise.all(local.slice(0, 200).map((iri) => apis.accounts.byIri(iri)));
    return found.filter(
      (account): account is Account =>
        account !== null &&
        account.kind !== 'group' &&
        account.kind !== 'application' &&
        account.state === 'active',
    );
  }

  /** A comment may reach the followers of the thread's author, but only if it names that very collection. */
  async function followersOfRoot(parent: Post, addressed: string[]): Promise<Reader[]> {
    if (parent.audience !== 'followers') return [];
    const tokens = parent.readers.filter((reader) => reader.startsWith('followers:'));
    const owners = await apis.accounts.getMany(
      tokens.map((token) => token.slice('followers:'.length)),
    );
    return owners
      .filter((owner) => addressed.some((iri) => sameIri(iri, owner.followersIri ?? '')))
      .map((owner): Reader => `followers:${owner._id}`);
  }

  async function blockedByAll(author: Account, people: Account[]): Promise<boolean> {
    if (people.length === 0) return false;
    const blocked = await Promise.all(
      people.map((one) => apis.relations.blockedEither(author._id, one._id)),
    );
    return blocked.every(Boolean);
  }

  async function isRelevant(
    author: Account,
    people: Account[],
    parent: Post | null,
    from: ReceivedFrom,
  ): Promise<boolean> {
    return (
      from.asked === true || people.length > 0 || parent !== null || isFollowedHere(author._id)
    );
  }

  async function isFollowedHere(author: string): Promise<boolean> {
    const known = followed.get(author);
    if (known !== undefined) return known;
    const found = await apis.relations.hasLocalFollowers(author);
    followed.set(author, found);
    return found;
  }

  async function compose(
    note: RemoteNote,
    author: Account,
    parent: Post | null,
    placement: Placement,
  ): Promise<StoredPost> {
    const now = kit.clock.now();
    const publishedAt = Math.min(note.published ?? now, now);
    const id = now - publishedAt < FRESH_MS ? kit.nextId() : kit.nextId(publishedAt);
    const pictures = note.attachments.filter((one) => PICTURE.test(one.mediaType));
    const mentions = await mentionsOf(note);
    const draft = {
      _id: id,
      kind: 'post' as const,
      iri: note.id,
      url: note.url ?? note.id,
      author: author._id,
      local: false,
      host: iriHost(note.id),
      ...placement,
      html: contentOf(note),
      source: '',
      title: note.name ?? '',
      warning: SHOWN.has(note.type) && note.type !== 'Article' ? (note.summary ?? '') : '',
      sensitive: note.sensitive,
      language: note.language,
      media:
        pictures.length > 0 ? await apis.media.remember(author._id, pictures.map(pictureOf)) : [],
      mentions,
      hashtags: note.tags.hashtags,
      ...(note.inReplyTo && { inReplyToIri: note.inReplyTo }),
      ...(parent && {
        inReplyTo: parent._id,
        inReplyToAccount: parent.author,
        root: parent.root ?? parent._id,
      }),
      ...(note.inReplyTo && !parent && { orphanOf: note.inReplyTo }),
      context: note.context ?? note.conversation,
      ...(!SHOWN.has(note.type) && {
        card: { url: note.url ?? note.id, title: note.name ?? note.type, type: note.type },
      }),
      counts: { comments: 0, reactions: 0, shares: 0 },
      reactions: {},
      publishedAt,
    };
    return { ...draft, streams: streamsOf(draft) };
  }

  async function mentionsOf(note: RemoteNote): Promise<Post['mentions']> {
    const found = await Promise.all(
      note.tags.mentions.map(async ({ href, name }) => {
        const account = await apis.accounts.byIri(href);
        return account ? [{ account: account._id, handle: account.handle, href }] : name ? [] : [];
      }),
    );
    return found.flat();
  }

  async function count(post: Post, parent: Post | null): Promise<void> {
    await Promise.all([
      post.audience === 'direct'
        ? undefined
        : apis.accounts.addCounts(post.author, { posts: 1 }, post.publishedAt),
      ...countedIn(post, parent).map((id) =>
        store.addCounts({ id, inc: { 'counts.comments': 1 } }),
      ),
    ]);
  }
}

/** What is shown of a remote post: its text; a title above it; a link for what we have no feature for. */
export function contentOf(note: RemoteNote): string {
  const body = sanitizeRemoteHtml(note.content);
  const title =
    note.name && note.type !== 'Note' && note.type !== 'ChatMessage'
      ? `<p><strong>${escapeHtml(note.name)}</strong></p>`
      : '';
  if (SHOWN.has(note.type)) return title + body;
  const summary = body === '' && note.summary ? sanitizeRemoteHtml(note.summary) : body;
  return sanitizeRemoteHtml(
    `${title}${summary}<p><a href="${escapeHtml(note.url ?? note.id)}">${escapeHtml(note.url ?? note.id)}</a></p>`,
  );
}

function pictureOf(attachment: RemoteNote['attachments'][number]) {
  return {
    url: attachment.url,
    mediaType: attachment.mediaType,
    alt: attachment.name,
    blurhash: attachment.blurhash,
    width: attachment.width,
    height: attachment.height,
    focus: attachment.focalPoint,
    purpose: 'attachment' as const,
  };
}

/** The safe sentence of an expected refusal; faults are thrown on. */
async function refusalOf(run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
