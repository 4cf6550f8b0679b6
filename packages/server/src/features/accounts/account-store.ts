import { createCoalescer } from '../../platform/coalesce.ts';
import { iriRanges } from '../../platform/iri-ranges.ts';
import { createFinder, type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Account } from './account.ts';

export const accountIndexes: IndexSpec[] = [
  { collection: 'accounts', name: 'accounts_iri', key: { iri: 1 }, unique: true },
  { collection: 'accounts', name: 'accounts_handle', key: { handle: 1 }, unique: true },
  { collection: 'accounts', name: 'accounts_keys', key: { 'publicKeys.id': 1 } },
  // People and groups of this server, by name: directory, staff, command line.
  { collection: 'accounts', name: 'accounts_domain', key: { domain: 1, kind: 1, username: 1 } },
  {
    collection: 'accounts',
    name: 'accounts_restricted',
    key: { restricted: 1, _id: -1 },
    sparse: true,
  },
  // Who gets mail at an inbox, their own or a shared one.
  { collection: 'accounts', name: 'accounts_inbox', key: { inbox: 1, state: 1 } },
  {
    collection: 'accounts',
    name: 'accounts_shared_inbox',
    key: { sharedInbox: 1, state: 1 },
    sparse: true,
  },
  // Search by the words of the name and handle.
  { collection: 'accounts', name: 'accounts_words', key: { words: 1 } },
];

/** An account with what only the database needs. */
export type StoredAccount = Account & {
  /** Lower-case words of the name and handle, for search by beginnings. */
  words: string[];
};

export type AccountStore = ReturnType<typeof createAccountStore>;

export function createAccountStore(mongo: Mongo) {
  const accounts = mongo.collection<StoredAccount>('accounts');

  const addCounts = createCoalescer(async (changes: CountChange[]) => {
    const merged = [...Map.groupBy(changes, (change) => change.id)].map(([id, of]) =>
      mergeCounts(id, of),
    );
    await accounts.bulkWrite(
      merged.map(({ id, counts, lastPostAt }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $inc: counts, ...(lastPostAt && { $max: { lastPostAt } }) },
        },
      })),
      { ordered: false },
    );
    return changes.map(() => ({ ok: true as const, value: undefined }));
  });

  return {
    byId: createFinder(accounts, '_id'),
    byIri: createFinder(accounts, 'iri'),
    byHandle: createFinder(accounts, 'handle'),
    anyOfDomain: (domain: string) => accounts.findOne({ domain }),
    /** Of everybody elsewhere who is known here. */
    domains: () => accounts.distinct('domain', { domain: { $gt: '' } }) as Promise<string[]>,
    many: (ids: string[]) => accounts.find({ _id: { $in: ids } }).toArray(),
    /** False where the id or the handle is taken. */
    insert: async (account: Account): Promise<boolean> => {
      try {
        await accounts.insertOne({ ...account, words: searchWords(account) });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    update: async (
      id: string,
      change: Partial<Account>,
      event?: PendingEvent,
    ): Promise<Account | null> => {
      const named = change.displayName !== undefined ? await accounts.findOne({ _id: id }) : null;
      return accounts.findOneAndUpdate(
        { _id: id },
        {
          $set: { ...change, ...(named && { words: searchWords({ ...named, ...change }) }) },
          ...(event && { $push: { pending: event } }),
        },
        { returnDocument: 'after' },
      );
    },
    restrict: (
      id: string,
      { restricted, ...set }: Pick<Account, 'state' | 'updatedAt' | 'restricted'>,
      events: PendingEvent[],
    ) =>
      accounts.findOneAndUpdate(
        { _id: id },
        {
          $set: { ...set, ...(restricted && { restricted }) },
          ...(!restricted && { $unset: { restricted: '' } }),
          ...(events.length > 0 && { $push: { pending: { $each: events } } }),
        },
        { returnDocument: 'after' },
      ),
    /** Whom moderators restricted, the newest accounts first. */
    restricted: (page: { maxId?: string; limit: number }) =>
      accounts
        .find({
          restricted: { $in: ['silenced', 'suspended'] },
          ...(page.maxId && { _id: { $lt: page.maxId } }),
        })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),
    /**
     * Leaves of the accounts of a host what its posts and messages need: a name and where to
     * write. `all`: of groups and servers too, and no picture. They are fetched again when seen.
     * Resolves to how many had more.
     */
    reduceAt: async (host: string, { all }: { all: boolean }): Promise<number> => {
      const kinds = all ? {} : { kind: { $in: ['person' as const, 'service' as const] } };
      const gone = [
        'header',
        'headerUrl',
        'headerText',
        'indexable',
        'fetchedAt',
        ...(all ? ['avatar', 'avatarUrl'] : []),
      ];
      const unset = Object.fromEntries(gone.map((name) => [name, '' as const]));
      let count = 0;
      for (const iri of iriRanges(host)) {
        const reduced = await accounts.updateMany(
          { iri, ...kinds },
          {
            $set: { bio: '', fields: [], alsoKnownAs: [], discoverable: false },
            $unset: unset,
          },
        );
        count += reduced.modifiedCount;
      }
      return count;
    },
    removePicture: (id: string, purpose: 'avatar' | 'header', now: number, event: PendingEvent) =>
      accounts.findOneAndUpdate(
        { _id: id },
        { $unset: { [purpose]: '' }, $set: { updatedAt: now }, $push: { pending: event } },
        { returnDocument: 'after' },
      ),
    addCounts,
    atInbox: async (inbox: string, limit: number): Promise<StoredAccount[]> => {
      for (const place of [{ inbox }, { sharedInbox: inbox }]) {
        const filter = { ...place, state: 'active' as const };
        const found = await accounts.find(filter).limit(limit).toArray();
        if (found.length > 0) return found;
      }
      return [];
    },
    staff: (roles: string[]) =>
      accounts
        .find(
          { domain: null, kind: 'person', role: { $in: roles as never[] }, state: 'active' },
          { projection: { _id: 1 } },
        )
        .limit(1000)
        .toArray(),
    people: (filter: { after?: string; limit: number }) =>
      accounts
        .find({
          domain: null,
          kind: 'person',
          ...(filter.after && { username: { $gt: filter.after } }),
        })
        .sort({ domain: 1, kind: 1, username: 1 })
        .limit(filter.limit)
        .toArray(),
    /** Accounts with a word that begins with each of the words. */
    search: (words: string[], limit: number) =>
      accounts
        .find({
          $and: words.map((word) => ({
            words: { $elemMatch: { $gte: word, $lt: `${word}\uffff` } },
          })),
          state: 'active',
        })
        .limit(limit)
        .toArray(),
    countPeople: () => accounts.countDocuments({ domain: null, kind: 'person' }),
  };
}

type CountChange = { id: string; counts: Partial<Account['counts']>; lastPostAt?: number };
type MergedCounts = { id: string; counts: Record<string, number>; lastPostAt: number };

function mergeCounts(id: string, changes: CountChange[]): MergedCounts {
  const counts: Record<string, number> = {};
  let lastPostAt = 0;
  for (const change of changes) {
    lastPostAt = Math.max(lastPostAt, change.lastPostAt ?? 0);
    for (const [name, by] of Object.entries(change.counts)) {
      counts[`counts.${name}`] = (counts[`counts.${name}`] ?? 0) + (by ?? 0);
    }
  }
  return { id, counts, lastPostAt };
}

/** The beginnings by which an account is found: no accents, no case. */
export function searchWords(
  account: Pick<Account, 'displayName' | 'handle' | 'username'>,
): string[] {
  const text = `${account.displayName} ${account.username} ${account.handle}`;
  return [...new Set(plainWords(text))].slice(0, 30);
}

export function plainWords(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}@._-]+/u)
    .map((word) => word.replace(/^[@._-]+|[@._-]+$/g, '').slice(0, 60))
    .filter(Boolean);
}
