import { type Elem, fields } from './raw.ts';

/** Names of the top-level fields that were added, taken away or given another value or type. */
export function changedFields(before: Elem, after: Elem): Set<string> {
  const changed = new Set<string>();
  const left = new Map(fields(before));
  for (const [name, value] of fields(after)) {
    const old = left.get(name);
    left.delete(name);
    if (!old || !sameValue(old, value)) changed.add(name);
  }
  for (const name of left.keys()) changed.add(name);
  return changed;
}

function sameValue(a: Elem, b: Elem): boolean {
  if (a.type !== b.type || a.end - a.start !== b.end - b.start) return false;
  for (let p = a.start, q = b.start; p < a.end; p++, q++) if (a.buf[p] !== b.buf[q]) return false;
  return true;
}
