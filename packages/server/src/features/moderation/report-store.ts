/** Reports in the database. */
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { MOST_NOTES, type Report } from './report.ts';

export const REPORTS = 'reports';
export const reportIndexes: IndexSpec[] = [
  { collection: REPORTS, name: 'reports_iri', key: { iri: 1 }, unique: true },
  { collection: REPORTS, name: 'reports_state', key: { state: 1, _id: -1 } },
  { collection: REPORTS, name: 'reports_host', key: { byHost: 1, state: 1 }, sparse: true },
];

export function createReportStore(deps: { mongo: Mongo }) {
  const reports = deps.mongo.collection<Report>(REPORTS);

  return {
    many: (ids: string[]) => reports.find({ _id: { $in: ids } }).toArray(),
    get: (id: string) => reports.findOne({ _id: id }),
    /** False where this Flag was stored before. */
    insert: async (report: Report): Promise<boolean> => {
      try {
        await reports.insertOne(report);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    openOfHost: (byHost: string, most: number) =>
      reports.countDocuments({ byHost, state: 'open' }, { limit: most }),
    list: (state: Report['state'], page: IdPage) => readIdPage(reports, { state }, page),
    resolve: (id: string, by: string, now: number) =>
      reports.findOneAndUpdate(
        { _id: id },
        { $set: { state: 'resolved', resolvedBy: by, resolvedAt: now, updatedAt: now } },
        { returnDocument: 'after' },
      ),
    assign: (id: string, assignee: string | null, now: number) =>
      reports.findOneAndUpdate(
        { _id: id },
        assignee === null
          ? { $unset: { assignee: '' }, $set: { updatedAt: now } }
          : { $set: { assignee, updatedAt: now } },
        { returnDocument: 'after' },
      ),
    /** Null also where there are too many. */
    addNote: (id: string, note: { by: string; at: number; text: string }) =>
      reports.findOneAndUpdate(
        { _id: id, [`notes.${MOST_NOTES - 1}`]: { $exists: false } },
        { $push: { notes: note }, $set: { updatedAt: note.at } },
        { returnDocument: 'after' },
      ),
    reopen: (id: string, now: number) =>
      reports.findOneAndUpdate(
        { _id: id },
        { $set: { state: 'open', updatedAt: now }, $unset: { resolvedBy: '', resolvedAt: '' } },
        { returnDocument: 'after' },
      ),
  };
}

export type ReportStore = ReturnType<typeof createReportStore>;
