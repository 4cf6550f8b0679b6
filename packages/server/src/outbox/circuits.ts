/**
 * Per-host circuit breakers and concurrency, so that one dead or slow partner never slows
 * another: after a few failures in a row a host is left alone for a while, then probed once.
 */
import { createBoundedCache } from '../platform/bounded-cache.ts';
import type { Clock } from '../platform/clock.ts';

const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

type Circuit = {
  failures: number;
  openUntil: number;
  pause: number;
  active: number;
  waiting: (() => void)[];
};

export type Circuits = {
  /** When the host may be tried: now (0), or a moment in milliseconds since the epoch. */
  closedAt: (host: string) => number;
  succeeded: (host: string) => void;
  failed: (host: string) => void;
  /** We heard from it: closes the circuit. True where it was open. */
  heardFrom: (host: string) => boolean;
  /** Runs within the host's share of connections. */
  within: <T>(host: string, run: () => Promise<T>) => Promise<T>;
};

export function createCircuits(deps: {
  clock: Clock;
  perHost: number;
  random: () => number;
}): Circuits {
  const { clock, perHost } = deps;
  const circuits = createBoundedCache<string, Circuit>(20_000);

  function of(host: string): Circuit {
    let circuit = circuits.get(host);
    if (!circuit) {
      circuit = { failures: 0, openUntil: 0, pause: FIRST_PAUSE_MS, active: 0, waiting: [] };
      circuits.set(host, circuit);
    }
    return circuit;
  }

  function close(circuit: Circuit): void {
    circuit.failures = 0;
    circuit.openUntil = 0;
    circuit.pause = FIRST_PAUSE_MS;
  }

  return {
    closedAt: (host) => {
      const { openUntil } = of(host);
      return openUntil > clock.now() ? openUntil : 0;
    },
    succeeded: (host) => close(of(host)),
    failed: (host) => {
      const circuit = of(host);
      circuit.failures += 1;
      if (circuit.failures < FAILURES_TO_OPEN || circuit.openUntil > clock.now()) return;
      circuit.openUntil = clock.now() + circuit.pause * (0.75 + deps.random() / 2);
      circuit.pause = Math.min(LONGEST_PAUSE_MS, circuit.pause * 2);
    },
    heardFrom: (host) => {
      const circuit = circuits.get(host);
      if (!circuit || circuit.failures === 0) return false;
      close(circuit);
      return true;
    },
    within: async (host, run) => {
      const circuit = of(host);
      if (circuit.active >= perHost)
        await new Promise<void>((resolve) => circuit.waiting.push(resolve));
      circuit.active += 1;
      try {
        return await run();
      } finally {
        circuit.active -= 1;
        circuit.waiting.shift()?.();
      }
    },
  };
}
