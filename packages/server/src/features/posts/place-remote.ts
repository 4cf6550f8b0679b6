/** For whom a remote post is, and where it lives here: never for more people than it addresses. */
import { PUBLIC, type RemoteNote } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import { AppError } from '../../platform/app-error.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Account } from '../accounts/account.ts';
import { companiesIri, type GroupReach, reachOf } from '../groups/group.ts';
import { groupReaders, narrowest, type Placement, reachAmong } from './audience.ts';
import { messageFacts } from './message-facts.ts';
import type { Place, Post, Reader } from './post.ts';
import type { ReceivedFrom } from './posts.ts';

/** Addressed accounts that are looked up at their own servers. */
const MOST_RESOLVED = 10;
/** Addressed accounts of ours, and groups, that are looked at. */
const MOST_ADDRESSED = 200;
const FOLLOWED_MS = 5_000;

export type Placed = Placement | { reason: string };
export type PlaceRemote = (
  note: RemoteNote,
  from: ReceivedFrom,
  parent: Post | null,
) => Promise<Placed>;

type Case = {
  note: RemoteNote;
  from: ReceivedFrom;
  parent: Post | null;
  author: Account;
  addressed: string[];
  /** Of the addressed, those that we know, and of these the people of ours. */
  known: Account[];
  people: Account[];
};

export function createPlaceRemote(deps: {
  apis: Apis;
  ownHost: string;
  now: () => number;
}): PlaceRemote {
  const { apis, ownHost } = deps;
  const followed = createBoundedCache<string, boolean>(10_000, { ttl: FOLLOWED_MS });

  return async function place(note, from, parent) {
    const { author } = from;
    const addressed = [...new Set([...note.to, ...note.cc])];
    const known = await knownAmong(addressed, note, author);
    const people = known.filter(isPersonHere);
    const one: Case = { note, from, parent, author, addressed, known, people };

    const group = await findGroup(one);
    if (group) return placeInGroup(one, group);
    if (await isBlocked(one)) return { reason: 'blocked' };
    if (addressed.includes(PUBLIC)) return placeOpenly(one);
    const readers = await followerTokens(one);
    if (readers.length > 0) return placeForFollowers(one, readers);
    if (people.length === 0) return { reason: 'addressed to nobody here' };
    return placeMessage(one);
  };

  async function knownAmong(
    addressed: string[],
    note: RemoteNote,
    author: Account,
  ): Promise<Account[]> {
    const named = note.audience ? [note.audience, ...addressed] : addressed;
    const wanted = named.filter(
      (iri) => iri !== PUBLIC && iri !== author.followersIri && iri !== author.iri,
    );
    const unique = [...new Set(wanted)].slice(0, MOST_ADDRESSED);
    const found = await Promise.all(unique.map((iri) => apis.accounts.byIri(iri)));
    return found.filter((account) => account !== null);
  }

  function isPersonHere(account: Account): boolean {
    return (
      account.domain === null &&
      account.kind !== 'group' &&
      account.kind !== 'application' &&
      account.state === 'active'
    );
  }

  /** The group that relayed it, or that its thread is in, or that it is addressed to. */
  async function findGroup(one: Case): Promise<Account | null> {
    const { note, from, parent, known } = one;
    if (from.group) return from.group;
    if (parent?.group) {
      const account = await apis.accounts.get(parent.group);
      // A private answer to something in a group is not for the group.
      return account && isFor(account, one) ? account : null;
    }
    const groups = known.filter((account) => account.kind === 'group');
    const audience = groups.find((account) => sameIri(account.iri, note.audience ?? ''));
    return audience ?? groups.find((account) => account.domain === null) ?? null;
  }

  async function placeInGroup(one: Case, account: Account): Promise<Placed> {
    const { parent, addressed } = one;
    if (!isFor(account, one)) return { reason: 'not addressed to the group' };
    const group = await apis.groups.get(account._id);
    if (!group || group.deletedAt) return { reason: 'the group is not known here' };
    if (parent && parent.group !== account._id)
      return { reason: 'answers a post outside the group' };
    const refusal = await refusalOf(one, account);
    if (refusal) return { reason: refusal };
    const reach = narrowest(
      reachOf(group),
      parent ? reachAmong(parent) : 'everybody',
      addressedReach(addressed, account),
    );
    const place: Place = `group:${account._id}`;
    return {
      audience: 'group',
      place,
      group: account._id,
      readers: groupReaders(account._id, reach),
      ...(!one.note.inReplyTo && { feed: place }),
    };
  }

  /** Of those whom the group is for, whom it names. */
  function addressedReach(addressed: string[], group: Account): GroupReach {
    if (addressed.includes(PUBLIC)) return 'everybody';
    return addressed.includes(companiesIri(group.iri)) ? 'companies' : 'members';
  }

  /** Whether the members may read it: it names the group, or is for everybody. */
  function isFor(group: Account, { note, addressed }: Case): boolean {
    return [...addressed, note.audience ?? ''].some(
      (iri) => iri === PUBLIC || sameIri(iri, group.iri) || sameIri(iri, group.followersIri ?? ''),
    );
  }

  /** Why the group does not take it; null where it does. */
  async function refusalOf({ from, parent }: Case, group: Account): Promise<string | null> {
    if (group.domain === null) {
      // We are its home: only members post, as the group's rules say.
      try {
        await apis.groups.authorizePost(from.author, group._id, { comment: parent !== null });
        return null;
      } catch (error) {
        if (error instanceof AppError)
          return error.code === 'not_found' ? 'only members post into this group' : error.message;
        throw error;
      }
    }
    // Only its home says what belongs to a group.
    if (!from.group && iriHost(from.author.iri) !== iriHost(group.iri))
      return 'the group has not relayed it';
    return (await apis.groups.hasLocalMembers(group._id)) ? null : 'nobody here is in the group';
  }

  async function placeOpenly(one: Case): Promise<Placed> {
    if (!(await isRelevant(one))) return { reason: 'nobody here asked for it' };
    const wall: Place = `wall:${one.author._id}`;
    return {
      audience: one.note.to.includes(PUBLIC) ? 'public' : 'unlisted',
      place: wall,
      readers: ['public'],
      ...(!one.note.inReplyTo && { feed: wall }),
    };
  }

  /** The followers of its author, or of the thread's author where it names that very collection. */
  async function followerTokens({ author, parent, addressed }: Case): Promise<Reader[]> {
    const names = (owner: Account) =>
      owner.followersIri !== undefined &&
      addressed.some((iri) => sameIri(iri, owner.followersIri ?? ''));
    const own: Reader[] = names(author) ? [`followers:${author._id}`] : [];
    if (parent?.audience !== 'followers') return own;
    const owners = await apis.accounts.getMany(
      parent.readers
        .filter((reader) => reader.startsWith('followers:'))
        .map((reader) => reader.slice('followers:'.length)),
    );
    const others = owners.filter(names).map((owner): Reader => `followers:${owner._id}`);
    return [...new Set([...own, ...others])];
  }

  async function placeForFollowers(one: Case, tokens: Reader[]): Promise<Placed> {
    if (!(await isRelevant(one))) return { reason: 'nobody here asked for it' };
    const wall: Place = `wall:${one.author._id}`;
    return {
      audience: 'followers',
      place: wall,
      readers: [...tokens, ...one.people.map((account): Reader => `account:${account._id}`)],
      ...(!one.note.inReplyTo && { feed: wall }),
    };
  }

  async function placeMessage(one: Case): Promise<Placed> {
    const { note, author, known, people, parent } = one;
    const strangers = [...note.to, ...note.cc].filter(
      (iri) =>
        iriHost(iri) !== ownHost &&
        iri !== author.iri &&
        !known.some((account) => sameIri(account.iri, iri)),
    );
    const resolved = await Promise.all(
      strangers.slice(0, MOST_RESOLVED).map((iri) => apis.accounts.resolveIri(iri)),
    );
    const elsewhere = [...known, ...resolved].filter(
      (account) => account !== null && account.domain !== null && account.kind !== 'group',
    );
    const participants = [
      ...new Set([author, ...people, ...elsewhere].flatMap((account) => account?._id ?? [])),
    ];
    const hosts = [author, ...people, ...elsewhere].flatMap((one) =>
      one ? [iriHost(one.iri)] : [],
    );
    const facts = messageFacts(note, {
      author: author._id,
      participants,
      hosts,
      at: Math.min(note.published ?? deps.now(), deps.now()),
      ...(parent?.conversation && { parentConversation: parent.conversation }),
    });
    const conversation =
      (await apis.conversations.findTalk(facts)) ?? (await apis.conversations.ensure(participants));
    return {
      audience: 'direct',
      place: `conversation:${conversation._id}`,
      conversation: conversation._id,
      readers: participants.map((id): Reader => `account:${id}`),
    };
  }

  /** By whom it answers, or by everybody here whom it names. */
  async function isBlocked({ author, people, parent }: Case): Promise<boolean> {
    const blocked = (id: string) => apis.relations.blockedEither(author._id, id);
    if (parent && parent.author !== author._id && (await blocked(parent.author))) return true;
    if (people.length === 0) return false;
    return (await Promise.all(people.map((person) => blocked(person._id)))).every(Boolean);
  }

  async function isRelevant({ from, people, parent, author }: Case): Promise<boolean> {
    if (from.asked === true || people.length > 0 || parent !== null) return true;
    const known = followed.get(author._id);
    if (known !== undefined) return known;
    const found = await apis.relations.hasLocalFollowers(author._id);
    followed.set(author._id, found);
    return found;
  }
}
