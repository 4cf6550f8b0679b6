import type { Document } from 'bson';
import type { Elem } from '../bson/raw.ts';
import type { DocSource } from '../cursors.ts';
import type { Collation } from '../query/collation.ts';
import type { Collection } from '../storage/collection.ts';

/** What stages know of their surroundings. */
export interface StageContext {
  readonly db: string;
  /** Values of `let`. */
  readonly variables: Document;
  readonly let: Elem | undefined;
  readonly collation: Collation | undefined;
  collection(name: string): Collection | undefined;
  /** All documents of another collection, for stages that mingo carries out. */
  wholeCollection(name: string): Document[];
}

/** A stage over raw documents; undefined leaves this use of it to mingo. */
export type NativeStage = (
  argument: Elem,
  context: StageContext,
) => ((source: DocSource) => DocSource) | undefined;
