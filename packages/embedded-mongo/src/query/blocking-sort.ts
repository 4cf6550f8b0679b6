import { MongoError } from '../errors.ts';
import type { Collation } from './collation.ts';
import type { Found, Source } from './scan.ts';
import { rankStrings, type SortField, sortKey } from './sort.ts';

/** MongoDB's own limit for a sort in memory (`internalQueryMaxBlockingSortMemoryUsageBytes`). */
export const SORT_MEMORY = 100 * 1024 * 1024;

export interface SortJob {
  sort: readonly SortField[];
  collation: Collation | undefined;
  /** How many of the first results are wanted; 0 for all. */
  keep: number;
}

interface Keyed {
  key: Buffer;
  found: Found;
}

/** Sorts in memory, keeping no more than is wanted; refuses to grow beyond the limit. */
export function blockingSort(source: Source<Found>, job: SortJob): Source<Found> {
  let sorted: Found[] | undefined;
  let at = 0;
  return () => {
    sorted ??= job.collation ? collated(source, job, job.collation) : plain(source, job);
    return sorted[at++];
  };
}

function plain(source: Source<Found>, { sort, keep }: SortJob): Found[] {
  let kept: Keyed[] = [];
  let bytes = 0;
  const prune = () => {
    kept.sort(compareKeyed);
    if (keep > 0 && kept.length > keep) kept = kept.slice(0, keep);
    bytes = kept.reduce((sum, { key, found }) => sum + size(found, key), 0);
  };
  for (let found = source(); found; found = source()) {
    const key = sortKey(found.doc, sort);
    kept.push({ key, found });
    bytes += size(found, key);
    if (keep > 0 && kept.length >= 2 * keep + 64) prune();
    if (bytes > SORT_MEMORY) {
      prune();
      if (bytes > SORT_MEMORY) throw tooLarge();
    }
  }
  prune();
  return kept.map(({ found }) => found);
}

function collated(source: Source<Found>, { sort, keep }: SortJob, collation: Collation): Found[] {
  const all: Found[] = [];
  let bytes = 0;
  for (let found = source(); found; found = source()) {
    all.push(found);
    bytes += found.doc.end - found.doc.start;
    if (bytes > SORT_MEMORY) throw tooLarge();
  }
  const ranks = rankStrings(
    all.map(({ doc }) => doc),
    sort,
    collation,
  );
  const keyed = all.map((found): Keyed => ({ key: sortKey(found.doc, sort, ranks), found }));
  keyed.sort(compareKeyed);
  const sorted = keyed.map(({ found }) => found);
  return keep > 0 ? sorted.slice(0, keep) : sorted;
}

function compareKeyed(a: Keyed, b: Keyed): number {
  return Buffer.compare(a.key, b.key);
}

function size({ doc }: Found, key: Buffer): number {
  return doc.end - doc.start + key.length;
}

function tooLarge(): MongoError {
  return new MongoError(
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `Executor error during find command :: caused by :: Sort exceeded memory limit of ${SORT_MEMORY} bytes, but did not opt in to external sorting.`,
  );
}
