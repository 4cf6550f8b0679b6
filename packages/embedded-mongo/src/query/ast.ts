import type { Elem } from '../bson/raw.ts';
import type { Path } from './path.ts';

export type CompareOp = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

/** A parsed filter: what the matcher compiles and the planner reads. */
export type Predicate =
  | { kind: 'and' | 'or' | 'nor'; list: Predicate[] }
  | { kind: 'not'; inner: Predicate }
  | { kind: 'compare'; path: Path; op: CompareOp; value: Elem; key: Buffer }
  | { kind: 'in'; path: Path; values: Elem[]; keys: Buffer[]; patterns: RegExp[] }
  | { kind: 'exists'; path: Path }
  | { kind: 'type'; path: Path; types: ReadonlySet<number> }
  | { kind: 'regex'; path: Path; pattern: RegExp; value: Elem | undefined }
  | { kind: 'size'; path: Path; size: number }
  | { kind: 'mod'; path: Path; divisor: bigint; remainder: bigint }
  | { kind: 'elemMatch'; path: Path; inner: Predicate; onDocuments: boolean }
  | { kind: 'bits'; path: Path; op: BitsOp; bits: ReadonlySet<number> }
  | { kind: 'expr'; test: (doc: Elem) => boolean }
  | { kind: 'never' };

export type BitsOp = 'allSet' | 'allClear' | 'anySet' | 'anyClear';

/** The top-level conjuncts of a filter. */
export function conjuncts(predicate: Predicate): Predicate[] {
  return predicate.kind === 'and' ? predicate.list.flatMap(conjuncts) : [predicate];
}
