import { type Cursors, createCursors } from './cursors.ts';
import { createExecutor, type Executor } from './executor.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type Catalog, openCatalog } from './storage/catalog.ts';
import { openStore, type Store, type StoreOptions } from './storage/store.ts';

/** Everything that commands work with. */
export interface Engine {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly executor: Executor;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly startedAt: number;
}

export interface EngineOptions extends StoreOptions {
  /** Milliseconds since the epoch. */
  now?: (() => number) | undefined;
}

/** Opens the file and what keeps it; throws FileInUseError or FormatError. */
export function openEngine({ now = Date.now, ...options }: EngineOptions): Engine {
  const store = openStore(options);
  const catalog = openCatalog(store);
  return {
    store,
    catalog,
    cursors: createCursors(now),
    executor: createExecutor(store, catalog),
    metrics: createMetrics(),
    now,
    startedAt: now(),
  };
}
