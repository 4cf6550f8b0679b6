/** Counters behind `serverStatus`. */
export interface Metrics {
  connections: number;
  connectionsEver: number;
  readonly commands: Map<string, number>;
  bytesIn: number;
  bytesOut: number;
  documents: { inserted: number; updated: number; deleted: number; returned: number };
  scanned: { keys: number; docs: number; collectionScans: number };
  /** Queries that examined far more documents than they returned, by their shape. */
  readonly wasteful: Map<string, { count: number; docsExamined: number; returned: number }>;
  /** Queries with a filter that no index served, by their shape, and how often. */
  readonly unindexed: Map<string, number>;
}

export function createMetrics(): Metrics {
  return {
    connections: 0,
    connectionsEver: 0,
    commands: new Map(),
    bytesIn: 0,
    bytesOut: 0,
    documents: { inserted: 0, updated: 0, deleted: 0, returned: 0 },
    scanned: { keys: 0, docs: 0, collectionScans: 0 },
    wasteful: new Map(),
    unindexed: new Map(),
  };
}
