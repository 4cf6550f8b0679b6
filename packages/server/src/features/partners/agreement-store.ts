/** Agreements, one document for each version. */
import type { Filter } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Agreement, AgreementState, EndReport } from './partners.ts';

export const agreementIndexes: IndexSpec[] = [
  { collection: 'agreements', name: 'agreements_iri', key: { iri: 1 }, unique: true },
  { collection: 'agreements', name: 'agreements_host', key: { host: 1, version: -1 } },
  { collection: 'agreements', name: 'agreements_state', key: { state: 1, expiresAt: 1 } },
  { collection: 'agreements', name: 'agreements_newest', key: { updatedAt: -1 } },
];

/** Bounds the list and the policy's memory. */
const MOST = 5000;

export type Change = Partial<
  Pick<Agreement, 'by' | 'endedBy' | 'upTo' | 'them' | 'inbox' | 'report' | 'signatures'>
>;

export function createAgreementStore(deps: { mongo: Mongo; clock: Clock }) {
  const agreements = deps.mongo.collection<Agreement>('agreements');

  /** From one of these states into another, in one guarded write; null where it was in none of them. */
  async function move(
    id: string,
    from: AgreementState[],
    to: AgreementState,
    change: Change = {},
    pending: PendingEvent[] = [],
  ): Promise<Agreement | null> {
    return agreements.findOneAndUpdate(
      { _id: id, state: { $in: from } },
      {
        $set: { ...change, state: to, updatedAt: deps.clock.now() },
        ...(pending.length > 0 && { $push: { pending: { $each: pending } } }),
      },
      { returnDocument: 'after' },
    );
  }

  return {
    move,
    byId: (id: string) => agreements.findOne({ _id: id }),
    byIri: (iri: string) => agreements.findOne({ iri }),
    all: () => agreements.find({}).sort({ updatedAt: -1 }).limit(MOST).toArray(),
    /** Newest version first. */
    ofHost: (host: string) => agreements.find({ host }).sort({ version: -1 }).limit(200).toArray(),
    expired: (now: number) =>
      agreements
        .find({ state: { $in: ['active', 'offered', 'waiting_for_us'] }, expiresAt: { $lte: now } })
        .limit(100)
        .toArray(),
    endedSince: (since: number) =>
      agreements
        .find({ updatedAt: { $gte: since }, state: 'revoked' })
        .sort({ updatedAt: -1 })
        .limit(100)
        .toArray(),
    /** False where this very document is stored already. */
    insert: async (agreement: Agreement): Promise<boolean> => {
      try {
        await agreements.insertOne(agreement);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    remove: (filter: Filter<Agreement>) => agreements.deleteMany(filter),
    warned: (id: string, warnedAt: number) =>
      agreements.updateOne({ _id: id }, { $set: { warnedAt } }),
    /** Counts of a run are added: a run that a crash cut short is finished by the next one. */
    addToReport: (id: string, counts: Partial<Record<keyof EndReport, number>>) =>
      agreements.updateOne(
        { _id: id },
        {
          $inc: Object.fromEntries(
            Object.entries(counts).map(([name, count]) => [`report.${name}`, count]),
          ),
        },
      ),
    setReport: (id: string, fields: Partial<EndReport>) =>
      agreements.updateOne(
        { _id: id },
        {
          $set: Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [`report.${name}`, value]),
          ),
        },
      ),
  };
}

export type AgreementStore = ReturnType<typeof createAgreementStore>;
