import type { Collection } from '../storage/collection.ts';

export interface CollectionCheck {
  errors: string[];
  records: number;
  keys: [string, number][];
}

/** Makes every document's keys anew and compares them with what the indexes hold. */
export function checkCollection(collection: Collection): CollectionCheck {
  const errors: string[] = [];
  const counts = collection.indexes.map(() => 0);
  let records = 0;
  for (let from: number | undefined; ; ) {
    const rows = collection.scan(from, 500);
    if (rows.length === 0) break;
    for (const [row, doc] of rows) {
      records++;
      collection.indexes.forEach((index, i) => {
        for (const key of index.keysOf(doc)) {
          counts[i]!++;
          if (!index.has(key, row))
            errors.push(
              `${collection.namespace}: index ${index.spec.name} lacks a key of row ${row}`,
            );
        }
      });
      from = row;
    }
  }
  collection.indexes.forEach((index, i) => {
    const extra = index.size() - counts[i]!;
    if (extra !== 0)
      errors.push(`${collection.namespace}: index ${index.spec.name} has ${extra} keys too many`);
  });
  const keys = collection.indexes.map(({ spec }, i): [string, number] => [spec.name, counts[i]!]);
  return { errors: errors.slice(0, 100), records, keys };
}
