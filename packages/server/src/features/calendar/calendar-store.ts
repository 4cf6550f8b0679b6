import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { type CalendarEntry, orderOf } from './attendance.ts';

const [entriesOf, feedsOf] = ['calendar_entries', 'calendar_feeds'];

export const calendarIndexes: IndexSpec[] = [
  { collection: entriesOf, name: 'calendar_coming', key: { feed: 1, endsAt: 1 } },
  { collection: entriesOf, name: 'calendar_past', key: { feed: 1, order: 1 } },
  { collection: entriesOf, name: 'calendar_reminders', key: { remindAt: 1 }, sparse: true },
  { collection: feedsOf, name: 'calendar_feeds_secret', key: { secret: 1 }, unique: true },
];

export type CalendarPage = { after?: string; limit: number };
export type CalendarStore = ReturnType<typeof createCalendarStore>;

export function createCalendarStore(mongo: Mongo) {
  const entries = mongo.collection<CalendarEntry>(entriesOf);
  /** `_id`: the account; `secret`: a hash of what its address ends with. */
  const feeds = mongo.collection<{ _id: string; secret: string }>(feedsOf);

  return {
    get: (post: string) => entries.findOne({ _id: post }),
    put: async (entry: CalendarEntry): Promise<void> => {
      try {
        await entries.replaceOne({ _id: entry._id }, entry, { upsert: true });
      } catch (error) {
        // The same event, told twice at once.
        if (!isDuplicate(error)) throw error;
      }
    },
    remove: (posts: string[]) => entries.deleteMany({ _id: { $in: posts } }),
    /** What is not over yet, by its start. */
    coming: (places: string[], now: number, { after, limit }: CalendarPage) =>
      entries
        .find({
          feed: { $in: places },
          endsAt: { $gte: now },
          ...(after && { order: { $gt: after } }),
        })
        .sort({ order: 1 })
        .limit(limit)
        .toArray(),
    /** What has begun, the latest first. */
    past: (places: string[], now: number, { after, limit }: CalendarPage) =>
      entries
        .find({ feed: { $in: places }, order: { $lt: after ?? orderOf(now) } })
        .sort({ order: -1 })
        .limit(limit)
        .toArray(),
    among: (posts: string[]) => entries.find({ _id: { $in: posts } }).toArray(),
    dueReminders: (now: number, most: number) =>
      entries
        .find({ remindAt: { $lte: now } })
        .limit(most)
        .toArray(),
    reminded: (post: string, remindAt: number) =>
      entries.updateOne({ _id: post, remindAt }, { $unset: { remindAt: '' } }),

    setFeed: (account: string, secret: string) =>
      feeds.updateOne({ _id: account }, { $set: { secret } }, { upsert: true }),
    feedOf: (account: string) => feeds.findOne({ _id: account }),
    feedBy: (secret: string) => feeds.findOne({ secret }),
    removeFeed: (account: string) => feeds.deleteOne({ _id: account }),
  };
}
