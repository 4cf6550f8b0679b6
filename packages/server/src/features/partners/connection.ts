/** The state of a partner as an admin understands it: one word from all that is known. */
import type { HostFigures } from '../../outbox/outbox.ts';
import type { Agreement, Pause } from './partners.ts';

export type Connection =
  | 'offered'
  | 'waiting_for_us'
  | 'connected'
  /** Connected, and what we send does not get through as it should. */
  | 'slow'
  /** By us: nothing goes out or comes in, and nothing is lost. */
  | 'paused'
  | 'expired'
  | 'rejected'
  | 'ended'
  | 'replaced';

/** A delivery that failed this often, or waits this long, is more than a hiccup. */
const SLOW_ATTEMPTS = 3;
const SLOW_MS = 10 * 60_000;

export function connectionOf(
  agreement: Pick<Agreement, 'state' | 'expiresAt'>,
  known: { pause: Pause | null; figures: HostFigures | null; now: number },
): Connection {
  switch (agreement.state) {
    case 'revoked':
      return 'ended';
    case 'superseded':
      return 'replaced';
    case 'active':
      break;
    default:
      return agreement.state;
  }
  // The timer writes the state down a little later than it is so.
  if (agreement.expiresAt !== undefined && agreement.expiresAt <= known.now) return 'expired';
  if (known.pause) return 'paused';
  return known.figures && isSlow(known.figures, known.now) ? 'slow' : 'connected';
}

function isSlow({ mostAttempts, oldestAt }: HostFigures, now: number): boolean {
  return mostAttempts >= SLOW_ATTEMPTS || (oldestAt !== null && oldestAt < now - SLOW_MS);
}

export const CONNECTION_WORDS: Record<Connection, string> = {
  offered: 'Offered, waiting for them',
  waiting_for_us: 'Waiting for us',
  connected: 'Connected',
  slow: 'Slow',
  paused: 'Paused by us',
  expired: 'Expired',
  rejected: 'Rejected',
  ended: 'Ended',
  replaced: 'Replaced by a newer version',
};
