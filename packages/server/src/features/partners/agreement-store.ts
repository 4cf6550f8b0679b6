/** Agreements, one document for each version. */
import type { Filter } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import { wasInForce } from './agreement.ts';
import type { Agreement, AgreementState, EndReport } from './partners.ts';

export const agreementIndexes: IndexSpec[] = [
  { collection: 'agreements', name: 'agreements_iri', key: { iri: 1 }, unique: true },
  { collection: 'agreements', name: 'agreements_host', key: { host: 1, version: -1 } },
  { collection: 'agreements', name: 'agreements_state', key: { state: 1, expiresAt: 1 } },
  { collection: 'agreements', name: 'agreements_state_newest', key: { state: 1, updatedAt: -1 } },
];

const LISTED: AgreementState[] = [
  'active',
  'offered',
  'waiting_for_us',
  'rejected',
  'revoked',
  'expired',
];
/** Bounds the list that admins see; what the policy decides by is read whole. */
const MOST_LISTED = 5000;
/** Versions that are over, kept of one host beside those that were in force when it ended. */
const MOST_PAST = 100;
/** Of those, how many say the same as what is in force: an Accept of theirs may still be under way. */
const MOST_REPEATED = 2;
/** Most rows that one call clears away; the next call goes on. */
const MOST_CLEARED = 500;

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

  /**
   * Drops what is over of a host and only fills the record: the oldest of many, and repeats of
   * what is in force. What was ended by a revocation, and what expired while in force, stays.
   */
  async function clearPast(host: string, isRepeat: (past: Agreement) => boolean): Promise<void> {
    const rows = await agreements
      .find({ host, state: { $in: ['superseded', 'rejected', 'expired'] } })
      .sort({ version: -1 })
      .limit(MOST_PAST + MOST_CLEARED)
      .toArray();
    const past = rows.filter((row) => !wasInForce(row));
    const repeats = past.filter((row) => row.state === 'superseded' && isRepeat(row));
    const over = new Set([...repeats.slice(MOST_REPEATED), ...past.slice(MOST_PAST)]);
    // Whatever has still something to tell is cleared away the next time.
    const ids = [...over].filter(({ pending }) => !pending?.length).map(({ _id }) => _id);
    if (ids.length > 0) await agreements.deleteMany({ _id: { $in: ids } });
  }

  return {
    move,
    byId: (id: string) => agreements.findOne({ _id: id }),
    byIri: (iri: string) => agreements.findOne({ iri }),
    /** What admins see in the list: the newest news first. */
    listed: () =>
      agreements
        .find({ state: { $in: LISTED } })
        .sort({ updatedAt: -1 })
        .limit(MOST_LISTED)
        .toArray(),
    /** One or two of each partner, however much else there is: an admin has accepted each. */
    active: () => agreements.find({ state: 'active' }).toArray(),
    /** The same, and what has expired and waits for a renewal or an end. */
    inForce: () => agreements.find({ state: { $in: ['active', 'expired'] } }).toArray(),
    /** Hosts with an agreement in this state, or in any. */
    hosts: (state?: AgreementState) =>
      agreements.distinct('host', state === undefined ? {} : { state }),
    clearPast,
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
