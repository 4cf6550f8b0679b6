import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Announcement, AnnouncementReaction } from './announcement.ts';

export const announcementIndexes: IndexSpec[] = [
  { collection: 'announcements', name: 'announcements_end', key: { endsAt: 1, _id: -1 } },
  {
    collection: 'announcement_reads',
    name: 'announcement_reads_once',
    key: { account: 1, announcement: 1 },
    unique: true,
  },
  {
    collection: 'announcement_reads',
    name: 'announcement_reads_of',
    key: { announcement: 1 },
  },
  {
    collection: 'announcement_reactions',
    name: 'announcement_reactions_once',
    key: { announcement: 1, account: 1, name: 1 },
    unique: true,
  },
  {
    collection: 'announcement_reactions',
    name: 'announcement_reactions_account',
    key: { account: 1 },
  },
];

const MOST_SHOWN = 50;
const MOST_LISTED = 500;
const MOST_REACTIONS = 20_000;

export type AnnouncementStore = ReturnType<typeof createAnnouncementStore>;

export function createAnnouncementStore(mongo: Mongo) {
  const announcements = mongo.collection<Announcement>('announcements');
  const reads = mongo.collection<{ _id: string; account: string; announcement: string }>(
    'announcement_reads',
  );
  const reactions = mongo.collection<AnnouncementReaction>('announcement_reactions');

  return {
    get: (id: string) => announcements.findOne({ _id: id }),
    /** Newest first: those without an end, and those whose end is to come. */
    current: async (now: number): Promise<Announcement[]> => {
      const found = await Promise.all(
        [{ endsAt: { $exists: false } }, { endsAt: { $gt: now } }].map((filter) =>
          announcements.find(filter).sort({ _id: -1 }).limit(MOST_SHOWN).toArray(),
        ),
      );
      return found.flat().sort((a, b) => (a._id < b._id ? 1 : -1));
    },
    all: () => announcements.find().sort({ _id: -1 }).limit(MOST_LISTED).toArray(),
    insert: (one: Announcement, event: PendingEvent) =>
      announcements.insertOne({ ...one, pending: [event] }),
    change: (
      id: string,
      set: Partial<Announcement>,
      unset: (keyof Announcement)[],
      event: PendingEvent,
    ) =>
      announcements.findOneAndUpdate(
        { _id: id },
        {
          $set: set,
          ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((key) => [key, ''])) }),
          $push: { pending: event },
        },
        { returnDocument: 'after' },
      ),
    remove: async (id: string): Promise<boolean> => {
      const { deletedCount } = await announcements.deleteOne({ _id: id });
      await reads.deleteMany({ announcement: id });
      await reactions.deleteMany({ announcement: id });
      return deletedCount > 0;
    },

    markRead: (id: string, account: string, announcement: string) =>
      reads.updateOne({ account, announcement }, { $setOnInsert: { _id: id } }, { upsert: true }),
    readAmong: async (account: string, ids: string[]): Promise<Set<string>> => {
      const rows = await reads.find({ account, announcement: { $in: ids } }).toArray();
      return new Set(rows.map((row) => row.announcement));
    },
    countReaders: (announcement: string) => reads.countDocuments({ announcement }),

    react: async (reaction: AnnouncementReaction): Promise<void> => {
      try {
        await reactions.insertOne(reaction);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    unreact: (announcement: string, account: string, name: string) =>
      reactions.deleteOne({ announcement, account, name }),
    reactions: (ids: string[]) =>
      reactions
        .find({ announcement: { $in: ids } })
        .limit(MOST_REACTIONS)
        .toArray(),
    removeOf: async (account: string): Promise<void> => {
      await reads.deleteMany({ account });
      await reactions.deleteMany({ account });
    },
  };
}
