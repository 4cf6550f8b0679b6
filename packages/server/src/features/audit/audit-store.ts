/** The entries of the audit log in MongoDB: appended, and never changed. */
import type { Filter } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { type AuditEntry, type AuditNote, GENESIS, sealed, type Via } from './audit.ts';

export const auditIndexes: IndexSpec[] = [
  { collection: 'audit', name: 'audit_by', key: { by: 1, _id: -1 } },
  { collection: 'audit', name: 'audit_action', key: { action: 1, _id: -1 } },
  { collection: 'audit', name: 'audit_target', key: { target: 1, _id: -1 } },
  { collection: 'audit', name: 'audit_via', key: { via: 1, _id: -1 } },
];

export type AuditFilter = { by?: string; action?: string; target?: string; via?: Via };

const MOST_TRIES = 50;
const BATCH = 500;

export type AuditStore = ReturnType<typeof createAuditStore>;

export function createAuditStore(deps: { mongo: Mongo; clock: Clock }) {
  const audit = deps.mongo.collection<AuditEntry>('audit');

  const last = () => audit.findOne({}, { sort: { _id: -1 } });

  /** Two that come at once want the same place: the second one takes the next. */
  async function append(note: AuditNote): Promise<AuditEntry> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const before = await last();
      const entry = sealed(note, {
        seq: (before?._id ?? 0) + 1,
        at: deps.clock.now(),
        prev: before?.hash ?? GENESIS,
      });
      try {
        await audit.insertOne(entry);
        return entry;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
    throw new Error('the audit log has no place for an entry');
  }

  return {
    append,
    last,
    lastOf: (action: string) => audit.findOne({ action }, { sort: { _id: -1 } }),
    page: (
      filter: AuditFilter,
      page: { before?: number; limit: number },
    ): Promise<AuditEntry[]> => {
      const { before, limit } = page;
      const wanted: Filter<AuditEntry> = { ...filter, ...(before && { _id: { $lt: before } }) };
      return audit.find(wanted).sort({ _id: -1 }).limit(limit).toArray();
    },
    /** Oldest first, in batches. */
    after: (id: number): Promise<AuditEntry[]> =>
      audit
        .find({ _id: { $gt: id } })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
  };
}
