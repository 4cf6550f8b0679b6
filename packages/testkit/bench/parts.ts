/** The processes of an instance: what they use, and the rows that say so. */
import type { Instance } from '../src/index.ts';
import { cpuSeconds, memory } from './measure.ts';

export const row = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(34)} ${value}\n`);
export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export type Part = { pid: number; name: string };

export async function partsOf(instance: Instance): Promise<Part[]> {
  return (await instance.processes()).map(({ pid, command }) => ({
    pid,
    name:
      command.includes('redis') || command.includes('valkey')
        ? 'redis'
        : command.includes('embedded-mongo')
          ? 'database'
          : 'server',
  }));
}

export function usage(parts: Part[]) {
  return new Map(parts.map(({ pid }) => [pid, cpuSeconds(pid)]));
}

export function cpuText(parts: Part[], before: Map<number, number>): string {
  const used = parts.map(({ pid, name }) => ({
    name,
    seconds: cpuSeconds(pid) - (before.get(pid) ?? 0),
  }));
  const total = used.reduce((sum, one) => sum + one.seconds, 0);
  return `${total.toFixed(2)} CPU-s (${used.map((one) => `${one.name} ${one.seconds.toFixed(2)}`).join(', ')})`;
}

export function memoryText(parts: Part[], which: 'now' | 'peak'): string {
  const used = parts.map(({ pid, name }) => ({ name, mib: memory(pid)[which] }));
  const total = used.reduce((sum, one) => sum + one.mib, 0);
  return `${total.toFixed(0)} MiB (${used.map((one) => `${one.name} ${one.mib.toFixed(0)}`).join(', ')})`;
}

/** What all take together: what several of them map is there once. */
export function onceMib(parts: Part[]): number {
  const all = parts.map(({ pid }) => memory(pid));
  const own = all.reduce((sum, { now, shared }) => sum + now - shared, 0);
  return own + Math.max(...all.map(({ shared }) => shared));
}
