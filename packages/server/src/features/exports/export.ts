/** An archive of one's own things. */
export type ExportState = 'waiting' | 'running' | 'ready' | 'failed';

export type Export = {
  _id: string;
  account: string;
  state: ExportState;
  /** Waiting or running: one at a time for each person. */
  active?: true;
  attempts: number;
  startedAt?: number;
  finishedAt?: number;
  bytes?: number;
  createdAt: number;
  /** When the archive goes. */
  expiresAt: number;
};

/** Who began so long ago is taken to have died on the way. */
export const STALE_MS = 30 * 60_000;
export const MOST_ATTEMPTS = 3;
