/** Memberships in MongoDB: one document for each group and account, whose state moves. */
import type { Filter, UpdateFilter } from 'mongodb';
import { type BatchResult, createCoalescer, createSharedRead } from '../../platform/coalesce.ts';
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { GroupRole, Membership, MembershipState } from './group.ts';

export const MEMBERSHIPS = 'memberships';

export const membershipIndexes: IndexSpec[] = [
  {
    collection: MEMBERSHIPS,
    name: 'memberships_pair',
    key: { group: 1, account: 1 },
    unique: true,
  },
  { collection: MEMBERSHIPS, name: 'memberships_account', key: { account: 1, state: 1, _id: -1 } },
  { collection: MEMBERSHIPS, name: 'memberships_group', key: { group: 1, state: 1, _id: -1 } },
  { collection: MEMBERSHIPS, name: 'memberships_roles', key: { group: 1, role: 1, state: 1 } },
  {
    collection: MEMBERSHIPS,
    name: 'memberships_hosts',
    key: { group: 1, state: 1, memberHost: 1 },
  },
  {
    collection: MEMBERSHIPS,
    name: 'memberships_inboxes',
    key: { group: 1, state: 1, memberInbox: 1 },
  },
  {
    collection: MEMBERSHIPS,
    name: 'memberships_host',
    key: { memberHost: 1, state: 1 },
    sparse: true,
  },
  {
    collection: MEMBERSHIPS,
    name: 'memberships_notify',
    key: { group: 1, notify: 1, state: 1 },
    partialFilterExpression: { notify: true },
  },
  { collection: MEMBERSHIPS, name: 'memberships_iri', key: { iri: 1 } },
  { collection: MEMBERSHIPS, name: 'memberships_invite', key: { inviteIri: 1 }, sparse: true },
];

const LIVE: MembershipState[] = ['invited', 'requested', 'member'];

export type Pair = { group: string; account: string };
export type MembershipSet = Partial<
  Pick<
    Membership,
    | 'state'
    | 'role'
    | 'iri'
    | 'formerIris'
    | 'invitedBy'
    | 'inviteIri'
    | 'memberInbox'
    | 'memberHost'
    | 'since'
  >
>;

export type MembershipStore = ReturnType<typeof createMembershipStore>;

export function createMembershipStore(deps: {
  mongo: Mongo;
  nextId: () => string;
  now: () => number;
}) {
  const rows = deps.mongo.collection<Membership>(MEMBERSHIPS);

  /** A membership counts from when it began, not from when somebody first asked. */
  function dated<T extends MembershipSet>(set: T): T {
    return set.state === 'member' ? { ...set, since: deps.now() } : set;
  }

  /** Counts of index keys: a group of thousands is not read to be counted. */
  async function tallyOf(group: string) {
    const members = { group, state: 'member' } as const;
    const [all, hosts] = await Promise.all([
      rows.countDocuments(members),
      rows.distinct('memberHost', { ...members, memberHost: { $gt: '' } }) as Promise<string[]>,
    ]);
    const elsewhere = await Promise.all(
      hosts.map(async (host) => ({
        group,
        host: host as string | null,
        count: await rows.countDocuments({ ...members, memberHost: host }),
      })),
    );
    const here = all - elsewhere.reduce((sum, { count }) => sum + count, 0);
    return here > 0 ? [{ group, host: null, count: here }, ...elsewhere] : elsewhere;
  }

  /** Calls of one event-loop turn share a query per group: a burst of posts asks for many authors. */
  const find = createCoalescer(async (pairs: Pair[]): Promise<BatchResult<Membership | null>[]> => {
    const byGroup = Map.groupBy(pairs, (pair) => pair.group);
    const found = await Promise.all(
      [...byGroup].map(([group, of]) =>
        rows
          .find({ group, account: { $in: [...new Set(of.map((pair) => pair.account))] } })
          .toArray(),
      ),
    );
    const byPair = new Map(found.flat().map((row) => [`${row.group} ${row.account}`, row]));
    return pairs.map(({ group, account }) => ({
      ok: true,
      value: byPair.get(`${group} ${account}`) ?? null,
    }));
  });

  /** Moves an existing membership out of one of these states; null where it is in none of them. */
  function move(
    pair: Pair,
    from: MembershipState[],
    set: MembershipSet,
    pending: PendingEvent[] = [],
  ): Promise<Membership | null> {
    const update: UpdateFilter<Membership> = { $set: dated(set) };
    if (pending.length > 0) update.$push = { pending: { $each: pending } };
    return rows.findOneAndUpdate({ ...pair, state: { $in: from } }, update, {
      returnDocument: 'after',
    });
  }

  /** The same, or a first membership; null where there is one in another state. */
  async function enter(
    pair: Pair,
    from: MembershipState[],
    set: MembershipSet & { state: MembershipState; iri: string },
    pending: PendingEvent[] = [],
  ): Promise<Membership | null> {
    const moved = await move(pair, from, set, pending);
    if (moved) return moved;
    const fresh: Membership = {
      _id: deps.nextId(),
      role: 'member',
      createdAt: deps.now(),
      ...pair,
      ...dated(set),
      ...(pending.length > 0 && { pending }),
    };
    try {
      await rows.insertOne(fresh);
      return fresh;
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  }

  async function setRole(
    pair: Pair,
    role: GroupRole,
    pending: PendingEvent[] = [],
  ): Promise<Membership | null> {
    const update: UpdateFilter<Membership> = { $set: { role } };
    if (pending.length > 0) update.$push = { pending: { $each: pending } };
    return rows.findOneAndUpdate({ ...pair, state: 'member', role: { $ne: role } }, update, {
      returnDocument: 'after',
    });
  }

  /** As it was before a change, whose event is not to go out. */
  async function takeBack(before: Membership, event: PendingEvent): Promise<void> {
    const { _id, state, role } = before;
    const update: UpdateFilter<Membership> = {
      $set: { state, role },
      $pull: { pending: { key: event.key } },
    };
    await rows.updateOne({ _id }, update);
  }

  function page(filter: Filter<Membership>, of: IdPage): Promise<Membership[]> {
    return readIdPage(rows, filter, of);
  }

  async function endWhere(filter: Filter<Membership>): Promise<number> {
    const ended = await rows.updateMany(
      { ...filter, state: { $in: LIVE } },
      {
        $set: { state: 'ended', role: 'member' },
      },
    );
    return ended.modifiedCount;
  }

  return {
    get: (id: string) => rows.findOne({ _id: id }),
    find,
    move,
    enter,
    setRole,
    takeBack,
    byIri: (iri: string) => rows.findOne({ iri }),
    byInviteIri: (inviteIri: string) => rows.findOne({ inviteIri }),
    among: (account: string, groups: string[], states: MembershipState[]): Promise<Membership[]> =>
      groups.length === 0
        ? Promise.resolve([])
        : rows.find({ group: { $in: groups }, account, state: { $in: states } }).toArray(),
    groupsOf: async (account: string): Promise<string[]> => {
      const found = await rows
        .find({ account, state: 'member' }, { projection: { group: 1 } })
        .toArray();
      return found.map((row) => row.group);
    },
    ofAccount: (account: string, state: MembershipState, byPage: IdPage) =>
      page({ account, state }, byPage),
    ofGroup: (group: string, state: MembershipState, byPage: IdPage) =>
      page({ group, state }, byPage),
    withRole: (group: string, roles: GroupRole[]): Promise<Membership[]> =>
      rows.find({ group, role: { $in: roles }, state: 'member' }).toArray(),
    /** Whether a member hears of every post. */
    setNotify: (pair: Pair, notify: boolean) => rows.updateOne(pair, { $set: { notify } }),
    notified: createSharedRead(async (group: string): Promise<readonly string[]> => {
      const found = await rows
        .find({ group, state: 'member', notify: true }, { projection: { account: 1 } })
        .toArray();
      return found.map((row) => row.account);
    }),
    countMembers: (group: string) => rows.countDocuments({ group, state: 'member' }),
    countAdmins: (group: string) => rows.countDocuments({ group, role: 'admin', state: 'member' }),
    /** Of these accounts, the members. */
    membersAmong: async (group: string, accounts: string[]): Promise<string[]> => {
      const found = await Promise.all(accounts.map((account) => find({ group, account })));
      return found.flatMap((row) => (row?.state === 'member' ? row.account : []));
    },
    hasLocalMembers: createSharedRead(async (group: string): Promise<boolean> => {
      const local = { group, state: 'member' as const, memberHost: { $exists: false } };
      return (await rows.findOne(local, { projection: { _id: 1 } })) !== null;
    }),
    localMembers: async (group: string): Promise<string[]> => {
      const found = await rows
        .find(
          // Missing, said so that the index by hosts serves it.
          { group, state: 'member', memberHost: null as never },
          { projection: { account: 1 } },
        )
        .toArray();
      return found.map((row) => row.account);
    },
    members: (group: string, most: number): Promise<Membership[]> =>
      rows.find({ group, state: 'member' }).limit(most).toArray(),
    remoteMembers: (group: string): Promise<Membership[]> =>
      rows.find({ group, state: 'member', memberHost: { $gt: '' } }).toArray(),
    // `$gt: ''` keeps to members elsewhere, whose values an index gives one by one.
    inboxes: async (group: string): Promise<string[]> =>
      (await rows.distinct('memberInbox', {
        group,
        state: 'member',
        memberInbox: { $gt: '' },
      })) as string[],
    hostsOf: async (group: string): Promise<string[]> =>
      (await rows.distinct('memberHost', {
        group,
        state: 'member',
        memberHost: { $gt: '' },
      })) as string[],
    membersAt: async (group: string, host: string, most: number): Promise<string[]> => {
      const found = await rows
        .find({ group, state: 'member', memberHost: host }, { projection: { account: 1 } })
        .limit(most)
        .toArray();
      return found.map((row) => row.account);
    },
    /** Whether a host has somebody in one of these states. */
    hasAt: async (group: string, host: string, states: MembershipState[]): Promise<boolean> =>
      (await rows.findOne(
        { group, state: { $in: states }, memberHost: host },
        { projection: { _id: 1 } },
      )) !== null,
    /** Of each group: how many members, and at which hosts (null: here). */
    tally: async (
      groups: string[],
    ): Promise<{ group: string; host: string | null; count: number }[]> => {
      const tallies = await Promise.all(groups.map(tallyOf));
      return tallies.flat();
    },
    /** Every host that has, or once had, somebody in a group. */
    memberHosts: async (): Promise<string[]> =>
      (await rows.distinct('memberHost', { memberHost: { $gt: '' } })) as string[],
    groupsAtHost: async (host: string): Promise<string[]> =>
      (await rows.distinct('group', { memberHost: host, state: { $in: LIVE } })) as string[],
    groupsWithMembersAt: async (host: string): Promise<string[]> =>
      (await rows.distinct('group', { memberHost: host, state: 'member' })) as string[],
    countLive: (of: { memberHost: string } | { group: string }) =>
      rows.countDocuments({ ...of, state: { $in: LIVE } }),
    endMembersAt: (host: string, group?: string) =>
      endWhere({ memberHost: host, ...(group && { group }) }),
    endGroup: (group: string) => endWhere({ group }),
    endAccount: (account: string) => endWhere({ account }),
  };
}
