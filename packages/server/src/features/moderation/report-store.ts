/** Reports in the database. */
import type { Filter } from 'mongodb';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Report } from './report.ts';

export const REPORTS = 'reports';
export const reportIndexes: IndexSpec[] = [
  { collection: REPORTS, name: 'reports_iri', key: { iri: 1 }, unique: true },
  { collection: REPORTS, name: 'reports_state', key: { state: 1, _id: -1 } },
  { collection: REPORTS, name: 'reports_host', key: { byHost: 1, state: 1 }, sparse: true },
];

export type ReportPage = { maxId?: string; minId?: string; sinceId?: string; limit: number };

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
    /** Newest first; with `minId` the page just above it. */
    list: async (state: Report['state'], page: ReportPage): Promise<Report[]> => {
      const { maxId, minId, sinceId, limit } = page;
      const above = minId ?? sinceId;
      const range = { ...(maxId && { $lt: maxId }), ...(above && { $gt: above }) };
      const filter: Filter<Report> = { state, ...((maxId || above) && { _id: range }) };
      const order = minId ? 1 : -1;
      const rows = await reports.find(filter).sort({ _id: order }).limit(limit).toArray();
      return minId ? rows.reverse() : rows;
    },
    resolve: (id: string, by: string, now: number) =>
      reports.findOneAndUpdate(
        { _id: id },
        { $set: { state: 'resolved', resolvedBy: by, resolvedAt: now, updatedAt: now } },
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
