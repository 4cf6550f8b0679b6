import { MongoError } from './errors.ts';
import type { Catalog } from './storage/catalog.ts';
import type { Store } from './storage/store.ts';

/** Runs work one piece at a time and commits together what arrives together. */
export interface Executor {
  /**
   * Queues work; its promise settles after the commit that makes it durable. Work that
   * throws is undone alone, the rest of the batch stands.
   */
  run<R>(work: () => R): Promise<R>;
  readonly commits: () => number;
  readonly pieces: () => number;
}

interface Piece {
  work: () => unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type Outcome = { result: unknown } | { error: unknown };

/**
 * Group commit: all work that arrives within one turn of the event loop, over all
 * connections, shares one SQLite transaction and so one fsync. While that fsync runs the
 * next batch gathers in the sockets, which is what makes many writers fast.
 */
export function createExecutor(store: Store, catalog: Catalog): Executor {
  let queue: Piece[] = [];
  let commits = 0;
  let pieces = 0;

  function attempt(piece: Piece): Outcome {
    pieces++;
    try {
      const result = piece.work();
      store.keep();
      return { result };
    } catch (error) {
      // An expected refusal has written nothing halfway; what it did before stays, as in
      // MongoDB (the first half of an ordered insertMany).
      if (error instanceof MongoError) store.keep();
      else undo();
      return { error };
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
    batch.forEach((piece, i) => {
      const outcome = outcomes[i]!;
      if ('result' in outcome) piece.resolve(outcome.result);
      else piece.reject(outcome.error);
    });
  }

  return {
    run<R>(work: () => R) {
      return new Promise<R>((resolve, reject) => {
        if (queue.length === 0) setImmediate(flush);
        queue.push({ work, resolve: resolve as (result: unknown) => void, reject });
      });
    },
    commits: () => commits,
    pieces: () => pieces,
  };
}
