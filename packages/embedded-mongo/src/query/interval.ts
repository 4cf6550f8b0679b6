import { compareBytes } from '../bson/key.ts';

/**
 * A place between keys: before everything that starts with `bytes`, or (`after`) behind
 * everything that starts with them.
 */
export interface Place {
  readonly bytes: Buffer;
  readonly after: boolean;
}

/** A stretch of values of one field, in ascending order of their keys. */
export interface Interval {
  readonly lo: Place;
  readonly hi: Place;
}

export function point(key: Buffer): Interval {
  return { lo: { bytes: key, after: false }, hi: { bytes: key, after: true } };
}

export function isPoint({ lo, hi }: Interval): boolean {
  return !lo.after && hi.after && lo.bytes.equals(hi.bytes);
}

export function comparePlaces(a: Place, b: Place): number {
  const shorter = Math.min(a.bytes.length, b.bytes.length);
  const order = compareBytes(a.bytes.subarray(0, shorter), b.bytes.subarray(0, shorter));
  if (order !== 0) return order;
  if (a.bytes.length === b.bytes.length) return Number(a.after) - Number(b.after);
  // One is a prefix of the other: `after` puts the shorter one behind all that start with it.
  if (a.bytes.length < b.bytes.length) return a.after ? 1 : -1;
  return b.after ? -1 : 1;
}

export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const x of a) {
    for (const y of b) {
      const lo = comparePlaces(x.lo, y.lo) >= 0 ? x.lo : y.lo;
      const hi = comparePlaces(x.hi, y.hi) <= 0 ? x.hi : y.hi;
      if (comparePlaces(lo, hi) < 0) found.push({ lo, hi });
    }
  }
  return found;
}

/** Sorted, with what overlaps or touches joined. */
export function union(list: Interval[]): Interval[] {
  const sorted = [...list].sort((a, b) => comparePlaces(a.lo, b.lo));
  const joined: Interval[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (!last || comparePlaces(next.lo, last.hi) > 0) joined.push(next);
    else if (comparePlaces(next.hi, last.hi) > 0) {
      // Two points never touch; ranges that do are one.
      joined[joined.length - 1] = { lo: last.lo, hi: next.hi };
    }
  }
  return joined;
}

/** A place as bytes to compare whole keys with. */
export function placeBytes(prefix: Buffer, { bytes, after }: Place): Buffer {
  const whole = Buffer.concat([prefix, bytes]);
  return after ? successor(whole) : whole;
}

/** The least bytes above everything that starts with these. */
export function successor(bytes: Buffer): Buffer {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  // No key starts with 0xff.
  if (length === 0) return Buffer.of(0xff);
  const next = Buffer.from(bytes.subarray(0, length));
  next[length - 1]!++;
  return next;
}

/** The same place in a descending field, where order and sides are turned. */
export function turned({ bytes, after }: Place): Place {
  const inverted = Buffer.from(bytes);
  for (let p = 0; p < inverted.length; p++) inverted[p] = 255 - inverted[p]!;
  return { bytes: inverted, after: !after };
}
