/** What an answer of the server means for something that waits to be sent. */
import { ApiError } from '../api/http.ts';

export type Verdict =
  | { kind: 'refused' }
  /** `alone`: only this one fails; what waits behind it may be sent. */
  | { kind: 'later'; waitMs: number; alone: boolean };

/** No network, signed out, too slow, too early, too many: nothing of it is the post's fault. */
const PASSING = new Set([0, 401, 408, 425, 429]);
/** A server or proxy that cannot just now. */
const UNREACHABLE = new Set([502, 503, 504]);
const FIRST_WAIT_MS = 20_000;
const MOST_WAIT_MS = 10 * 60_000;
/** Of answers like 500, which may be this post's own fault after all. */
const MOST_TRIES = 10;

/** `tries`: how often it failed before. */
export function verdictOf(error: unknown, tries: number): Verdict {
  if (!(error instanceof ApiError)) return { kind: 'refused' };
  const { status, retryAfterMs } = error;
  const alone = status >= 500 && !UNREACHABLE.has(status);
  if (!PASSING.has(status) && status < 500) return { kind: 'refused' };
  if (alone && tries + 1 >= MOST_TRIES) return { kind: 'refused' };
  const waitMs = status === 0 ? 0 : Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
  return { kind: 'later', alone, waitMs: Math.max(waitMs, retryAfterMs ?? 0) };
}
