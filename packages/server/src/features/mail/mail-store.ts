import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { MailRow } from './mail-preferences.ts';

export const mailIndexes: IndexSpec[] = [
  { collection: 'mail', name: 'mail_due', key: { dueAt: 1 }, sparse: true },
  { collection: 'mail', name: 'mail_digest', key: { digestAt: 1 }, sparse: true },
];

type When = 'dueAt' | 'digestAt';

export type MailStore = ReturnType<typeof createMailStore>;

export function createMailStore(mongo: Mongo) {
  const rows = mongo.collection<MailRow>('mail');
  const keys = mongo.collection<{ _id: string; secret: string }>('mail_keys');

  return {
    get: (account: string) => rows.findOne({ _id: account }),
    set: async (account: string, set: Partial<MailRow>, unset: (keyof MailRow)[] = []) => {
      const changed = await rows.findOneAndUpdate(
        { _id: account },
        {
          $set: set,
          ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((key) => [key, ''])) }),
        },
        { upsert: true, returnDocument: 'after' },
      );
      return changed as MailRow;
    },
    /** There is something to look at, then or earlier. */
    bringForward: (
      account: string,
      at: { dueAt?: number; digestAt?: number },
      from: { toldUpTo?: string; digestUpTo?: string },
    ) =>
      rows.updateOne(
        { _id: account },
        {
          ...(Object.keys(at).length > 0 && { $min: at }),
          ...(Object.keys(from).length > 0 && { $max: from }),
        },
        { upsert: true },
      ),
    due: async (when: When, now: number, most: number): Promise<string[]> => {
      const found = await rows
        .find({ [when]: { $lte: now } }, { projection: { _id: 1 } })
        .sort({ [when]: 1 })
        .limit(most)
        .toArray();
      return found.map((row) => row._id);
    },
    /** Whoever gets it has until then to finish; null where another has it. */
    claim: (account: string, when: When, now: number, until: number) =>
      rows.findOneAndUpdate(
        { _id: account, [when]: { $lte: now } },
        { $set: { [when]: until } },
        { returnDocument: 'after' },
      ),
    /** Done, unless something new came meanwhile. */
    finish: (account: string, when: When, claimed: number, set: Partial<MailRow>, next?: number) =>
      rows
        .updateOne({ _id: account }, { $set: set })
        .then(() =>
          rows.updateOne(
            { _id: account, [when]: claimed },
            next === undefined ? { $unset: { [when]: '' } } : { $set: { [when]: next } },
          ),
        ),
    remove: (account: string) => rows.deleteOne({ _id: account }),
    /** The first that is kept stays. */
    keepSecret: async (made: string): Promise<string> => {
      const known = await keys.findOne({ _id: 'unsubscribe' });
      if (known) return known.secret;
      try {
        await keys.insertOne({ _id: 'unsubscribe', secret: made });
        return made;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await keys.findOne({ _id: 'unsubscribe' }))?.secret ?? made;
      }
    },
  };
}
