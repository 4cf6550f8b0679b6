/** Time, CPU and memory of processes, from /proc. */
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds used so far (user and system). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export type Memory = {
  now: number;
  peak: number;
  /** Of `now`, what other processes use as well (Node's own binary). */
  shared: number;
};

/** Resident memory in MiB. */
export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const shares = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string, text: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return {
    now: mib('VmRSS', status),
    peak: mib('VmHWM', status),
    shared: mib('Shared_Clean', shares) + mib('Shared_Dirty', shares),
  };
}

export function percentile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Runs tasks with so many under way at once; gives each one's milliseconds. */
export async function concurrently<T>(
  items: T[],
  width: number,
  run: (item: T) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < items.length) {
        const item = items[next] as T;
        next += 1;
        const started = performance.now();
        await run(item);
        times.push(performance.now() - started);
      }
    }),
  );
  return times;
}
