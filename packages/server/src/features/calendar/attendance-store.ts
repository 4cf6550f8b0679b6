import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Answer, Attendance } from './attendance.ts';

const collection = 'attendances';

export const attendanceIndexes: IndexSpec[] = [
  { collection, name: 'attendances_once', key: { post: 1, account: 1 }, unique: true },
  { collection, name: 'attendances_page', key: { post: 1, answer: 1, state: 1, _id: -1 } },
  { collection, name: 'attendances_account', key: { account: 1, _id: -1 } },
  { collection, name: 'attendances_iri', key: { iri: 1 } },
];

export type AttendanceStore = ReturnType<typeof createAttendanceStore>;

export function createAttendanceStore(mongo: Mongo) {
  const rows = mongo.collection<Attendance>(collection);

  /** The one answer of this person; null where another one came in between. */
  async function put(
    row: Attendance,
    before: Attendance | null,
    event?: PendingEvent,
  ): Promise<Attendance | null> {
    if (!before) {
      try {
        const made = { ...row, ...(event && { pending: [event] }) };
        await rows.insertOne(made);
        return made;
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    }
    const { answer, state, iri, at } = row;
    return rows.findOneAndUpdate(
      { _id: before._id, iri: before.iri },
      { $set: { answer, state, iri, at }, ...(event && { $push: { pending: event } }) },
      { returnDocument: 'after' },
    );
  }

  return {
    put,
    get: (id: string) => rows.findOne({ _id: id }),
    of: (post: string, account: string) => rows.findOne({ post, account }),
    byIri: (iri: string) => rows.findOne({ iri }),
    mineOn: (account: string, posts: string[]) =>
      rows.find({ account, post: { $in: posts } }).toArray(),
    setState: (id: string, iri: string, state: Attendance['state']) =>
      rows.findOneAndUpdate(
        { _id: id, iri, state: { $ne: state } },
        { $set: { state } },
        { returnDocument: 'after' },
      ),
    count: (post: string, answer: Answer) =>
      rows.countDocuments({ post, answer, state: 'accepted' }),
    /** Those who come were there in this order: who answered first has the place. */
    before: (post: string, row: Attendance) =>
      rows.countDocuments({
        post,
        answer: 'going',
        state: 'accepted',
        $or: [{ at: { $lt: row.at } }, { at: row.at, _id: { $lt: row._id } }],
      }),
    page: (post: string, answer: Answer, page: IdPage) =>
      readIdPage(rows, { post, answer, state: 'accepted' }, page),
    /** Who comes, or may. */
    expected: (post: string, most: number) =>
      rows
        .find({ post, answer: { $in: ['going', 'maybe'] as Answer[] } })
        .limit(most)
        .toArray(),
    ofAccount: (account: string, { maxId, limit }: { maxId?: string; limit: number }) =>
      rows
        .find({ account, ...(maxId && { _id: { $lt: maxId } }) })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    purgePosts: (posts: string[]) => rows.deleteMany({ post: { $in: posts } }),
    remove: (ids: string[]) => rows.deleteMany({ _id: { $in: ids } }),
  };
}
