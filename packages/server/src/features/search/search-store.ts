/**
 * The index of posts. A row has one key for each term and each token that opens the post, so
 * that a search reads only what the searcher may: `$text` knows no readers, and the embedded
 * database has none.
 */
import type { Filter } from 'mongodb';
import { createInserter, type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';

export const searchIndexes: IndexSpec[] = [
  { collection: 'search_posts', name: 'search_posts_keys', key: { keys: 1, _id: -1 } },
];

/** `_id` is the post; `text` its words in their order, each between two spaces. */
export type SearchRow = { _id: string; keys: string[]; text: string };
/** How far the posts of before have come; `next`: below which id those are that wait. */
export type Progress = { _id: string; version: number; next: string; done: boolean };
export type IdRange = { $lt?: string; $gte?: string; $gt?: string };

export type Wanted = {
  /** Keys: one of each list. */
  all: string[][];
  /** Keys: none of them. */
  none: string[];
  /** Words one right after the other: folded, as `text` has them. */
  phrases: string[];
  noPhrases: string[];
  range: IdRange;
};

export type SearchStore = ReturnType<typeof createSearchStore>;

/** The key of a term for whoever holds the token. */
export function keyOf(token: string, term: string): string {
  return `${token} ${term}`;
}

/** Words have no signs that mean anything in a pattern. */
function asWritten(words: string): string {
  return ` ${words} `;
}

export function createSearchStore(mongo: Mongo) {
  const rows = mongo.collection<SearchRow>('search_posts');
  const words = mongo.collection<{ _id: string }>('search_words');
  const progress = mongo.collection<Progress>('search_progress');

  const insert = createInserter(rows);

  return {
    /** Most are new, and an insert costs half of what looking for a row to replace does. */
    put: async (found: SearchRow[]): Promise<void> => {
      const added = await Promise.all(found.map(insert));
      const there = found.filter((_, index) => !added[index]);
      if (there.length === 0) return;
      await rows.bulkWrite(
        there.map((row) => ({
          replaceOne: {
            filter: { _id: row._id },
            replacement: { keys: row.keys, text: row.text },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },
    remove: async (ids: string[]): Promise<void> => {
      if (ids.length > 0) await rows.deleteMany({ _id: { $in: ids } });
    },
    /** Newest first: rows that have a key of each list and every phrase, and nothing unwanted. */
    find: (wanted: Wanted, limit: number): Promise<{ _id: string }[]> => {
      const id = wanted.range;
      // First what is told by one look.
      const conditions = [
        ...wanted.phrases.map((words) => ({ text: new RegExp(asWritten(words)) })),
        ...wanted.noPhrases.map((words) => ({ text: { $not: new RegExp(asWritten(words)) } })),
        ...wanted.all.map((keys) => ({ keys: { $in: keys } })),
        ...(wanted.none.length > 0 ? [{ keys: { $nin: wanted.none } }] : []),
      ];
      const filter = { ...(Object.keys(id).length > 0 && { _id: id }), $and: conditions };
      return rows
        .find(filter as Filter<SearchRow>, { projection: { _id: 1 } })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
    },
    /** Whichever rows have one of these keys: in no order, which would cost more than the rows. */
    some: (keys: string[], range: IdRange, most: number): Promise<{ _id: string }[]> => {
      const filter = { keys: { $in: keys }, ...(Object.keys(range).length > 0 && { _id: range }) };
      return rows
        .find(filter as Filter<SearchRow>, { projection: { _id: 1 } })
        .limit(most)
        .toArray();
    },
    /** Keeps words for the completion of beginnings; they are never shown. */
    learn: async (list: string[]): Promise<void> => {
      if (list.length === 0) return;
      try {
        await words.insertMany(
          list.map((_id) => ({ _id })),
          { ordered: false },
        );
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    beginningWith: async (beginning: string, most: number): Promise<string[]> => {
      const found = await words
        .find({ _id: { $gte: beginning, $lt: `${beginning}\uffff` } })
        .limit(most)
        .toArray();
      return found.map((word) => word._id);
    },
    progress: (name: string) => progress.findOne({ _id: name }),
    setProgress: ({ _id, ...rest }: Progress) =>
      progress.updateOne({ _id }, { $set: rest }, { upsert: true }),
  };
}
