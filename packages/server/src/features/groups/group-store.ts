/** Groups in MongoDB, with the indexes that their queries use. */
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { createFinder, type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import { type Group, MOST_PINNED } from './group.ts';

export const GROUPS = 'groups';

export const groupIndexes: IndexSpec[] = [
  { collection: GROUPS, name: 'groups_listed', key: { listed: 1, _id: -1 } },
  { collection: GROUPS, name: 'groups_host', key: { host: 1 }, sparse: true },
];

export type GroupChange = Partial<
  Pick<
    Group,
    | 'access'
    | 'postingRestricted'
    | 'partners'
    | 'listed'
    | 'moderatorsIri'
    | 'deletedAt'
    | 'archivedAt'
    | 'learnedAt'
    | 'membersAt'
  >
>;

export type GroupStore = ReturnType<typeof createGroupStore>;

export function createGroupStore(deps: { mongo: Mongo }) {
  const groups = deps.mongo.collection<Group>(GROUPS);
  const byId = createFinder(groups, '_id');

  async function insert(group: Group): Promise<boolean> {
    try {
      await groups.insertOne(group);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  return {
    get: byId,
    getMany: (ids: string[]): Promise<Group[]> =>
      ids.length === 0
        ? Promise.resolve([])
        : groups.find({ _id: { $in: [...new Set(ids)] } }).toArray(),
    insert,
    /** Changes settings of a group that is not deleted; the events go out with the same write. */
    change: (id: string, set: GroupChange, pending: PendingEvent[] = []): Promise<Group | null> =>
      groups.findOneAndUpdate(
        { _id: id, deletedAt: { $exists: false } },
        {
          $set: set,
          ...(set.partners === 'all' && { $unset: { narrowed: '' } }),
          ...(pending.length > 0 && { $push: carry(pending) }),
        },
        { returnDocument: 'after' },
      ),
    /** Null where it was pinned already, or too many are. */
    pin: (id: string, post: string, pending: PendingEvent[]): Promise<Group | null> =>
      groups.findOneAndUpdate(
        { _id: id, pinned: { $ne: post }, [`pinned.${MOST_PINNED - 1}`]: { $exists: false } },
        { $push: { pinned: { $each: [post], $position: 0 }, ...carry(pending) } },
        { returnDocument: 'after' },
      ),
    unpin: (id: string, post: string, pending: PendingEvent[]): Promise<Group | null> =>
      groups.findOneAndUpdate(
        { _id: id, pinned: post },
        { $pull: { pinned: post }, ...(pending.length > 0 && { $push: carry(pending) }) },
        { returnDocument: 'after' },
      ),
    listed: (page: IdPage): Promise<Group[]> => readIdPage(groups, { listed: true }, page),
    unarchive: (id: string): Promise<Group | null> =>
      groups.findOneAndUpdate(
        { _id: id, deletedAt: { $exists: false } },
        { $unset: { archivedAt: '' } },
        { returnDocument: 'after' },
      ),
    /** Groups that live here, newest first. */
    here: (page: { maxId?: string; limit: number }): Promise<Group[]> =>
      groups
        .find({
          local: true,
          deletedAt: { $exists: false },
          ...(page.maxId && { _id: { $lt: page.maxId } }),
        })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),
    /** By id, after this one. */
    wide: (after: string, limit: number): Promise<Group[]> =>
      groups
        .find({ _id: { $gt: after }, partners: { $ne: 'all' }, narrowed: { $exists: false } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    /** Unless it was opened to everybody in the same moment. */
    setNarrowed: async (id: string): Promise<void> => {
      await groups.updateOne({ _id: id, partners: { $ne: 'all' } }, { $set: { narrowed: true } });
    },
    all: (limit: number): Promise<Group[]> =>
      groups
        .find({ deletedAt: { $exists: false } })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    atHost: async (host: string): Promise<string[]> => {
      const found = await groups.find({ host }, { projection: { _id: 1 } }).toArray();
      return found.map((group) => group._id);
    },
    hosts: async (): Promise<string[]> =>
      ((await groups.distinct('host')) as (string | null)[]).filter((host) => host !== null),
  };
}

/** Pending work to be pushed in the same write. */
function carry(pending: PendingEvent[]): { pending?: { $each: PendingEvent[] } } {
  return pending.length > 0 ? { pending: { $each: pending } } : {};
}
