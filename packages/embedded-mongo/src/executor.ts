import { MongoError } from './errors.ts';
import type { Catalog } from './storage/catalog.ts';
import type { Store } from './storage/store.ts';

/** Runs work one piece at a time and commits together what arrives together. */
export interface Executor {
  /**
   * Queues work; its promise settles when what it wrote, and whatever was written before it,
   * is on the disk. Work that throws is undone alone, the rest of the batch stands.
   *
   * @param onlyReads asked when the work is done: it then waits for no disk unless it wrote
   *   after all. What it read may be lost by a power cut until its writer is told (MongoDB's
   *   read concern "local").
   */
  run<R>(work: () => R, onlyReads?: () => boolean): Promise<R>;
  readonly commits: () => number;
  readonly pieces: () => number;
}

interface Piece {
  work: () => unknown;
  onlyReads: (() => boolean) | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type Outcome = ({ result: unknown } | { error: unknown }) & { wrote?: boolean };

/**
 * Group commit: all work that arrives within one turn of the event loop, over all
 * connections, shares one SQLite transaction. The log is flushed beside the work that comes
 * next, one flush for all commits before it, so neither readers nor the next writers wait
 * for the disk. A write that changed nothing waits as well: what it found taken (a key, say)
 * must be as durable as the answer says.
 */
export function createExecutor(store: Store, catalog: Catalog): Executor {
  let queue: Piece[] = [];
  let commits = 0;
  let pieces = 0;

  function attempt(piece: Piece): Outcome {
    pieces++;
    try {
      const result = piece.work();
      const wrote = store.touched();
      store.keep();
      return { result, wrote };
    } catch (error) {
      // An expected refusal has written nothing halfway; what it did before stays, as in
      // MongoDB (the first half of an ordered insertMany).
      if (error instanceof MongoError) store.keep();
      else undo();
      return { error, wrote: true };
    }
  }

  function undo(): void {
    if (!store.touched()) return;
    store.undo();
    catalog.reload();
  }

  function flush(): void {
    const batch = queue;
    queue = [];
    let outcomes: Outcome[] = [];
    for (const piece of batch) {
      const outcome = attempt(piece);
      outcomes.push(outcome);
      if (store.lost()) {
        // SQLite has rolled the whole transaction back (a full disk): nothing stands.
        const { error } = outcome as { error: unknown };
        outcomes = outcomes.map(() => ({ error }));
        store.rollback();
        catalog.reload();
      }
    }
    if (store.writing()) {
      try {
        store.commit();
        commits++;
      } catch (error) {
        outcomes = outcomes.map(() => ({ error }));
        store.rollback();
        catalog.reload();
      }
    }
    for (const [i, piece] of batch.entries()) settle(piece, outcomes[i]!);
  }

  function settle(piece: Piece, outcome: Outcome): void {
    const answer = () => {
      if ('result' in outcome) piece.resolve(outcome.result);
      else piece.reject(outcome.error);
    };
    if (!outcome.wrote && piece.onlyReads?.()) answer();
    else store.whenSafe((lost) => (lost ? piece.reject(lost) : answer()));
  }

  return {
    run<R>(work: () => R, onlyReads?: () => boolean) {
      return new Promise<R>((resolve, reject) => {
        if (queue.length === 0) setImmediate(flush);
        queue.push({ work, onlyReads, resolve: resolve as (result: unknown) => void, reject });
      });
    },
    commits: () => commits,
    pieces: () => pieces,
  };
}
