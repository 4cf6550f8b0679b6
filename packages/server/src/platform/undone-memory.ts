/** Undos that came before what they undo, which must not count when it comes. */
import type { IndexSpec, Mongo } from './mongo.ts';

type Undone = { _id: string; expiresAt: Date };

export function undoneIndex(collection: string): IndexSpec {
  const key = { expiresAt: 1 } as const;
  return { collection, name: `${collection}_expiry`, key, expireAfterSeconds: 0 };
}

export function createUndoneMemory(mongo: Mongo, collection: string) {
  const undone = mongo.collection<Undone>(collection);
  const idOf = (iri: string, account: string) => `${account} ${iri}`;

  return {
    /** @param account who undid, and who alone could have done it */
    rememberUndone: (iri: string, account: string, expiresAt: Date) =>
      undone.updateOne(
        { _id: idOf(iri, account) },
        { $setOnInsert: { expiresAt } },
        { upsert: true },
      ),
    wasUndone: async (iri: string, account: string): Promise<boolean> =>
      (await undone.findOne({ _id: idOf(iri, account) })) !== null,
  };
}
