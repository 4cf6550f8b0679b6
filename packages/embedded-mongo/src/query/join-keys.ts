import { compareBytes } from '../bson/key.ts';
import type { Entry } from '../storage/sorted-index.ts';
import type { IndexAccess } from './plan.ts';
import { accessEntries, type Cost } from './scan.ts';

/** Which entries of one access have a row that others of the same index give too. */
export interface Join {
  /** Where the ordering part begins in the key of the entry that comes next. */
  note(prefix: number): void;
  mayBe(entry: Entry): boolean;
}

/**
 * All accesses come in one order, so the others are read along as far as the first has come:
 * an intersection that stops where enough is found.
 */
export function createJoin(
  { reverse }: IndexAccess,
  others: readonly IndexAccess[],
  hint: number,
  cost: Cost,
): Join {
  const companions = others.map((other) => createCompanion(other, reverse, hint, cost));
  let prefix = 0;
  return {
    note: (next) => {
      prefix = next;
    },
    mayBe: (entry) => companions.every((has) => has(entry, prefix)),
  };
}

function createCompanion(access: IndexAccess, reverse: boolean, hint: number, cost: Cost) {
  const sign = reverse ? -1 : 1;
  let noted = 0;
  const pull = accessEntries(access, hint, cost, (prefix) => {
    noted = prefix;
  });
  let head: Entry | undefined;
  let prefix = 0;
  let started = false;
  const step = () => {
    head = pull();
    prefix = noted;
  };
  /** Rows whose ordering part is that of the last entry asked for. */
  let rows = new Set<number>();
  let of: { key: Uint8Array; prefix: number } | undefined;

  return (entry: Entry, at: number): boolean => {
    const [key, row] = entry;
    if (of && compareBytes(of.key, key, of.prefix, at) === 0) return rows.has(row);
    if (!started) step();
    started = true;
    while (head && sign * compareBytes(head[0], key, prefix, at) < 0) step();
    rows = new Set();
    of = { key, prefix: at };
    while (head && compareBytes(head[0], key, prefix, at) === 0) {
      rows.add(head[1]);
      step();
    }
    return rows.has(row);
  };
}
