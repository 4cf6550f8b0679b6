/** Pictures in the database. */
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Media, Purpose } from './media.ts';

export const mediaIndexes: IndexSpec[] = [
  { collection: 'media', name: 'media_name', key: { name: 1 }, unique: true },
  {
    collection: 'media',
    name: 'media_remote_once',
    key: { owner: 1, remoteUrl: 1 },
    unique: true,
    partialFilterExpression: { remoteUrl: { $exists: true } },
  },
  { collection: 'media', name: 'media_owner', key: { owner: 1, purpose: 1, _id: -1 } },
  { collection: 'media', name: 'media_attached', key: { attachedTo: 1 }, sparse: true },
  { collection: 'media', name: 'media_host', key: { remoteHost: 1, _id: 1 }, sparse: true },
  { collection: 'media', name: 'media_expiry', key: { expiresAt: 1 }, sparse: true },
  { collection: 'media', name: 'media_queued', key: { state: 1, queuedAt: 1 } },
  { collection: 'media', name: 'media_seen', key: { seenAt: 1 }, sparse: true },
];

const BATCH = 200;
/** All but what is going. */
const KEPT: Media['state'][] = ['processing', 'ready', 'failed', 'remote'];
export type MediaFilter = { attachedTo?: string; owner?: string; host?: string; ids?: string[] };

export type StoredTotal = {
  _id: { kind: string; host: boolean; state: Media['state'] };
  files: number;
  bytes: number;
};

export function createMediaStore(deps: { mongo: Mongo }) {
  const media = deps.mongo.collection<Media>('media');

  async function getMany(ids: string[]): Promise<Media[]> {
    if (ids.length === 0) return [];
    const found = await media.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(found.map((one) => [one._id, one]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  return {
    getMany,
    get: (id: string) => media.findOne({ _id: id }),
    /** Those of these names that a picture has. */
    knownNames: async (names: string[]): Promise<string[]> => {
      const found = await media
        .find({ name: { $in: names } }, { projection: { name: 1 } })
        .toArray();
      return found.map((one) => one.name);
    },
    byName: (name: string) => media.findOne({ name }),
    insert: async (one: Media): Promise<void> => {
      await media.insertOne(one);
    },
    /** Adds what is not there yet, by owner and address. */
    insertRemote: async (all: Media[]): Promise<void> => {
      try {
        if (all.length > 0) await media.insertMany(all, { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    remoteOf: (owner: string, urls: string[]) =>
      media.find({ owner, remoteUrl: { $in: urls } }).toArray(),
    /** All that is kept: by kind, whether it is somebody else's copy, and whether its bytes are here. */
    totals: (): Promise<StoredTotal[]> =>
      media
        .aggregate<StoredTotal>([
          { $match: { state: { $in: KEPT } } },
          {
            $group: {
              _id: {
                kind: { $ifNull: ['$kind', 'image'] },
                host: { $gt: ['$remoteHost', ''] },
                state: '$state',
              },
              files: { $sum: 1 },
              bytes: { $sum: { $ifNull: ['$bytes', 0] } },
            },
          },
        ])
        .toArray(),
    /** Who of ours keeps most. */
    heaviest: (most: number): Promise<{ _id: string; files: number; bytes: number }[]> =>
      media
        .aggregate<{ _id: string; files: number; bytes: number }>([
          {
            $match: { state: { $in: KEPT }, purpose: 'attachment', remoteUrl: { $exists: false } },
          },
          {
            $group: {
              _id: '$owner',
              files: { $sum: 1 },
              bytes: { $sum: { $ifNull: ['$bytes', 0] } },
            },
          },
          { $sort: { bytes: -1 } },
          { $limit: most },
        ])
        .toArray(),
    /** What a person's own attachments take. */
    keptBy: async (owner: string): Promise<{ bytes: number; files: number }> => {
      const rows = await media
        .find({ owner, purpose: 'attachment' }, { projection: { bytes: 1 } })
        .toArray();
      return { files: rows.length, bytes: rows.reduce((sum, row) => sum + (row.bytes ?? 0), 0) };
    },
    /** Changes it where it is still in this state; null where it is not. */
    change: (
      id: string,
      state: Media['state'] | null,
      set: Partial<Media>,
      unset: (keyof Media)[] = [],
    ) =>
      media.findOneAndUpdate(
        { _id: id, ...(state && { state }) },
        {
          ...(Object.keys(set).length > 0 && { $set: set }),
          ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((key) => [key, ''])) }),
        },
        { returnDocument: 'after' },
      ),
    /** Counts an attempt before it is made, so that one which ends this process counts too. */
    beginAttempt: (id: string, state: Media['state'], set: Partial<Media>) =>
      media.findOneAndUpdate(
        { _id: id, state },
        { $inc: { attempts: 1 }, $set: set, $unset: { failure: '' } },
        { returnDocument: 'after' },
      ),
    claim: async (id: string, owner: string, post: string, open: boolean): Promise<boolean> => {
      const result = await media.updateOne(
        { _id: id, owner, state: 'ready', purpose: 'attachment', attachedTo: { $exists: false } },
        { $set: { attachedTo: post, open }, $unset: { expiresAt: '' } },
      );
      return result.matchedCount > 0;
    },
    close: async (ids: string[]): Promise<void> => {
      await media.updateMany({ _id: { $in: ids } }, { $unset: { open: '' } });
    },
    release: async (ids: string[], post: string, expiresAt: number): Promise<void> => {
      await media.updateMany(
        { _id: { $in: ids }, attachedTo: post },
        { $unset: { attachedTo: '', open: '' }, $set: { expiresAt } },
      );
    },
    free: async (post: string, { now, expiresAt }: { now: number; expiresAt: number }) => {
      await media.updateMany(
        { attachedTo: post, state: { $ne: 'removing' } },
        { $unset: { attachedTo: '', open: '' }, $set: { expiresAt, freedAt: now } },
      );
    },
    /** Earlier avatars or headers of an owner go away after a while. */
    expireOthers: async (
      owner: string,
      purpose: Purpose,
      keep: string[],
      expiresAt: number,
    ): Promise<void> => {
      await media.updateMany(
        { owner, purpose, _id: { $nin: keep }, expiresAt: { $exists: false } },
        { $set: { expiresAt }, $unset: { attachedTo: '' } },
      );
    },
    stale: (state: Media['state'], queuedBefore: number) =>
      media
        .find({ state, queuedAt: { $lt: queuedBefore } })
        .limit(BATCH)
        .toArray(),
    expired: (now: number) =>
      media
        .find({ expiresAt: { $lt: now } })
        .limit(BATCH)
        .toArray(),
    unseen: (before: number) =>
      media
        .find({ seenAt: { $lt: before }, state: 'ready' })
        .limit(BATCH)
        .toArray(),
    shownOf: (owner: string) =>
      media
        .find({ owner, withheld: { $exists: false }, state: { $in: ['ready', 'remote'] } })
        .limit(BATCH)
        .toArray(),
    /** Back to what is known of it by its origin, without files. */
    withhold: (id: string) =>
      media.updateOne(
        { _id: id, remoteUrl: { $exists: true } },
        { $set: { withheld: true, state: 'remote', files: {} }, $unset: { seenAt: '' } },
      ),
    showAgain: (owner: string) =>
      media.updateMany({ owner, withheld: true }, { $unset: { withheld: '' } }),
    countHost: (host: string) =>
      media.countDocuments({ remoteHost: host, state: { $ne: 'removing' } }),
    matching: (filter: MediaFilter) => {
      const { attachedTo, owner, host, ids } = filter;
      return media
        .find({
          ...(attachedTo !== undefined && { attachedTo }),
          ...(owner !== undefined && { owner }),
          ...(host !== undefined && { remoteHost: host }),
          ...(ids !== undefined && { _id: { $in: ids } }),
          state: { $ne: 'removing' },
        })
        .limit(BATCH)
        .toArray();
    },
    /** Marked first, so that a crash between the files and the document is finished later. */
    markRemoving: async (ids: string[], now: number): Promise<void> => {
      await media.updateMany(
        { _id: { $in: ids } },
        { $set: { state: 'removing', queuedAt: now }, $unset: { expiresAt: '' } },
      );
    },
    markExpired: async (id: string, now: number): Promise<boolean> => {
      const result = await media.updateOne(
        { _id: id, expiresAt: { $lt: now }, attachedTo: { $exists: false } },
        { $set: { state: 'removing', queuedAt: now }, $unset: { expiresAt: '' } },
      );
      return result.modifiedCount > 0;
    },
    remove: async (ids: string[]): Promise<void> => {
      await media.deleteMany({ _id: { $in: ids }, state: 'removing' });
    },
  };
}

export type MediaStore = ReturnType<typeof createMediaStore>;
