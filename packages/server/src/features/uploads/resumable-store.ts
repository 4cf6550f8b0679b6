/** Unfinished uploads in the database; their bytes are blobs. */
import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { Resumable } from './resumable.ts';

export const resumableIndexes: IndexSpec[] = [
  { collection: 'uploads', name: 'uploads_open', key: { owner: 1, open: 1 } },
  { collection: 'uploads', name: 'uploads_expiry', key: { expiresAt: 1 } },
];

const BATCH = 100;

export type ResumableStore = ReturnType<typeof createResumableStore>;

export function createResumableStore(mongo: Mongo) {
  const uploads = mongo.collection<Resumable>('uploads');
  return {
    get: (id: string, owner: string) => uploads.findOne({ _id: id, owner }),
    insert: (upload: Resumable) => uploads.insertOne(upload),
    countOpen: (owner: string) => uploads.countDocuments({ owner, open: true }),
    /** Adds a part where the file still ends at this offset; null where another came first. */
    append: (id: string, offset: number, part: { key: string; bytes: number }) =>
      uploads.findOneAndUpdate(
        { _id: id, offset, open: true },
        { $inc: { offset: part.bytes }, $push: { parts: part.key } },
        { returnDocument: 'after' },
      ),
    /** For one process at a time; null where another is at it, or it is done. */
    beginFinish: (upload: Resumable, now: number, leaseMs: number) =>
      uploads.findOneAndUpdate(
        {
          _id: upload._id,
          offset: upload.length,
          open: true,
          $or: [{ finishingAt: { $exists: false } }, { finishingAt: { $lt: now - leaseMs } }],
        },
        { $set: { finishingAt: now } },
        { returnDocument: 'after' },
      ),
    finished: (id: string, outcome: { media: string } | { failure: string }) =>
      uploads.findOneAndUpdate(
        { _id: id },
        { $set: outcome, $unset: { open: '', finishingAt: '' } },
        { returnDocument: 'after' },
      ),
    /** It could not be finished now; the next who asks tries again. */
    letGo: (id: string) => uploads.updateOne({ _id: id }, { $unset: { finishingAt: '' } }),
    /** Nothing is added any more; what has come is returned to be deleted. */
    close: (id: string) =>
      uploads.findOneAndUpdate({ _id: id }, { $unset: { open: '' } }, { returnDocument: 'after' }),
    remove: (id: string) => uploads.deleteOne({ _id: id }),
    expired: (now: number) =>
      uploads
        .find({ expiresAt: { $lt: now } })
        .limit(BATCH)
        .toArray(),
    of: (owner: string) => uploads.find({ owner }).limit(BATCH).toArray(),
  };
}
