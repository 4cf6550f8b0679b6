import type { Elem } from '../bson/raw.ts';
import type { Node } from '../bson/tree.ts';

/** What an operator does with the value at one path. */
export interface Modifier {
  readonly operator: string;
  readonly parts: readonly string[];
  readonly path: string;
  /** Missing documents on the way are made (`$set`), or the modifier has no effect (`$unset`). */
  readonly creates: boolean;
  /** For the target of a `$rename`: where its value comes from. */
  readonly renamedFrom?: readonly string[];
  /** Only when an upsert inserts. */
  readonly onInsertOnly: boolean;
  /** The new value; undefined removes the field, the same object leaves it alone. */
  apply(old: Node | undefined, context: ApplyContext): Node | undefined;
}

export interface ApplyContext {
  /** For error messages. */
  readonly id: Elem | undefined;
  readonly now: number;
}
