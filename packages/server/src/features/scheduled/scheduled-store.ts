import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { ScheduledPost } from './scheduled.ts';

export const scheduledIndexes: IndexSpec[] = [
  { collection: 'scheduled_posts', name: 'scheduled_mine', key: { account: 1, _id: -1 } },
  { collection: 'scheduled_posts', name: 'scheduled_due', key: { dueAt: 1 }, sparse: true },
  {
    collection: 'scheduled_posts',
    name: 'scheduled_idempotency',
    key: { account: 1, idempotencyKey: 1 },
    unique: true,
    partialFilterExpression: { idempotencyKey: { $gt: '' } },
  },
];

const STILL = { publishing: { $exists: false } } as const;

export type ScheduledStore = ReturnType<typeof createScheduledStore>;

export function createScheduledStore(mongo: Mongo) {
  const posts = mongo.collection<ScheduledPost>('scheduled_posts');
  return {
    insert: async (post: ScheduledPost): Promise<boolean> => {
      try {
        await posts.insertOne(post);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    byIdempotency: (account: string, idempotencyKey: string) =>
      posts.findOne({ account, idempotencyKey }),
    get: (id: string, account: string) => posts.findOne({ _id: id, account }),
    count: (account: string) => posts.countDocuments({ account }),
    list: (account: string, page: IdPage) => readIdPage(posts, { account }, page),
    move: (id: string, account: string, at: number) =>
      posts.findOneAndUpdate(
        { _id: id, account, ...STILL },
        { $set: { at, dueAt: at }, $unset: { failure: '' } },
        { returnDocument: 'after' },
      ),
    due: (now: number, most: number) =>
      posts
        .find({ dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(most)
        .toArray(),
    /** From now on nobody moves or drops it. Null where it was dropped, or has failed for good. */
    claim: (id: string) =>
      posts.findOneAndUpdate(
        { _id: id, dueAt: { $exists: true } },
        { $set: { publishing: true } },
        { returnDocument: 'after' },
      ),
    /** Whoever moves it on has it to do; should that process die, it is due again then. */
    lease: async (post: ScheduledPost, until: number): Promise<boolean> => {
      const { _id, dueAt } = post;
      const leased = await posts.updateOne({ _id, dueAt }, { $set: { dueAt: until } });
      return leased.modifiedCount > 0;
    },
    /** Later again, or (without a time) no more. */
    failed: (id: string, failure: string, dueAt?: number) =>
      posts.updateOne(
        { _id: id },
        {
          $set: { failure, ...(dueAt && { dueAt }) },
          $unset: { publishing: '', ...(!dueAt && { dueAt: '' }) },
        },
      ),
    /** False where it is being posted, or gone. */
    drop: async (id: string, account: string): Promise<boolean> =>
      (await posts.deleteOne({ _id: id, account, ...STILL })).deletedCount > 0,
    posted: (id: string) => posts.deleteOne({ _id: id }),
    removeOf: (account: string) => posts.deleteMany({ account }),
  };
}
