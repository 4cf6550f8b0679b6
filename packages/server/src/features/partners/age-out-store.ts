/** How far the clearing away of old copies has come, for each partner. */
import type { Mongo } from '../../platform/mongo.ts';

export type AgeOutRun = {
  host: string;
  /** The terms it goes by. */
  version: number;
  /** The id that the batch before ended with; empty: from the start. */
  after: string;
  gone: number;
  /** When to begin anew; 0 while it is under way. */
  nextAt: number;
};

export function createAgeOutStore(deps: { mongo: Mongo }) {
  const runs = deps.mongo.collection<Omit<AgeOutRun, 'host'> & { _id: string }>('age_out_runs');

  return {
    get: (host: string) => runs.findOne({ _id: host }),
    set: async ({ host, ...run }: AgeOutRun): Promise<void> => {
      await runs.updateOne({ _id: host }, { $set: run }, { upsert: true });
    },
  };
}

export type AgeOutStore = ReturnType<typeof createAgeOutStore>;
