import { arrayOf, NULL } from '../bson/convert.ts';
import type { Elem } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { ArrayNode, close, DocNode, type Node, open } from '../bson/tree.ts';
import { MongoError } from '../errors.ts';
import type { ApplyContext, Modifier } from './modifier.ts';

/** No array grows by more than this through a position in a path. */
const MAX_PADDING = 1_500_000;

type Action = (old: Node | undefined) => Node | undefined;

/** Changes the value at a path of plain names and positions. */
export function changeAt(
  root: DocNode,
  parts: readonly string[],
  creates: boolean,
  action: Action,
): void {
  change(root, parts, 0, { creates, action });
}

interface How {
  creates: boolean;
  action: Action;
}

function change(
  container: DocNode | ArrayNode,
  parts: readonly string[],
  at: number,
  how: How,
): void {
  const name = parts[at]!;
  const old = child(container, name, how.creates);
  if (old === NOWHERE) return;
  const last = at === parts.length - 1;
  if (last) {
    const next = how.action(old);
    if (next !== old || !old) put(container, name, next);
    return;
  }
  if (!old) {
    if (!how.creates) return;
    const made = new DocNode();
    change(made, parts, at + 1, how);
    put(container, name, made);
    return;
  }
  const opened = open(old);
  if (!(opened instanceof DocNode) && !(opened instanceof ArrayNode)) {
    if (!how.creates) return;
    throw new MongoError(
      'PathNotViable',
      `Cannot create field '${parts[at + 1]}' in element {${name}: ${show(close(old))}}`,
    );
  }
  put(container, name, opened);
  change(opened, parts, at + 1, how);
}

const NOWHERE = Symbol('nowhere');

function child(
  container: DocNode | ArrayNode,
  name: string,
  creates: boolean,
): Node | undefined | typeof NOWHERE {
  if (container instanceof DocNode) return container.fields.get(name);
  const position = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : -1;
  if (position < 0) {
    if (!creates) return NOWHERE;
    const array = container.items.map((item) => close(item));
    throw new MongoError(
      'PathNotViable',
      `Cannot create field '${name}' in element {${show(arrayOf(array))}}`,
    );
  }
  return container.items[position];
}

function put(container: DocNode | ArrayNode, name: string, next: Node | undefined): void {
  if (container instanceof DocNode) {
    if (next) container.fields.set(name, next);
    else container.fields.delete(name);
    return;
  }
  const position = Number(name);
  const { items } = container;
  if (!next) {
    // Removing an item by its position leaves null, so that others keep theirs.
    if (position < items.length) items[position] = NULL;
    return;
  }
  if (position - items.length > MAX_PADDING) {
    throw new MongoError('BadValue', `can't backfill more than ${MAX_PADDING} elements`);
  }
  while (items.length < position) items.push(NULL);
  items[position] = next;
}

/** The value at a path, following positions into arrays. */
export function valueAt(root: DocNode, parts: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const name of parts) {
    const opened: Node | undefined = node && open(node);
    if (opened instanceof DocNode) node = opened.fields.get(name);
    else if (opened instanceof ArrayNode)
      node = /^\d+$/.test(name) ? opened.items[Number(name)] : undefined;
    else return undefined;
  }
  return node;
}

/** Decides which positions `$`, `$[]` and `$[name]` stand for. */
export interface Positions {
  /** Position that the query matched in the array at this path. */
  matched(arrayPath: string): number;
  /** Whether an array filter accepts an item. */
  accepts(identifier: string, item: Elem): boolean;
}

/** Replaces the dynamic parts of a path by all positions that they stand for in the document. */
export function concretePaths(
  root: DocNode,
  parts: readonly string[],
  positions: Positions,
): string[][] {
  let paths: string[][] = [[]];
  for (const part of parts) {
    if (part === '$') {
      paths = paths.map((path) => [...path, String(positions.matched(path.join('.')))]);
    } else if (part.startsWith('$[')) {
      const identifier = part.slice(2, -1);
      paths = paths.flatMap((path) => {
        const found = valueAt(root, path);
        const array = found && open(found);
        if (!(array instanceof ArrayNode)) {
          const where = path.join('.');
          throw new MongoError(
            'BadValue',
            found
              ? `Cannot apply array updates to non-array element ${path.at(-1)}: ${show(close(found))}`
              : `The path '${where}' must exist in the document in order to apply array updates.`,
          );
        }
        return array.items.flatMap((item, index) =>
          identifier === '' || positions.accepts(identifier, close(item))
            ? [[...path, String(index)]]
            : [],
        );
      });
    } else {
      paths = paths.map((path) => [...path, part]);
    }
  }
  return paths;
}

/** Applies all modifiers to an opened document. */
export function applyModifiers(
  root: DocNode,
  modifiers: readonly Modifier[],
  options: { positions: Positions; context: ApplyContext; inserting: boolean },
): void {
  for (const modifier of modifiers) {
    if (modifier.onInsertOnly && !options.inserting) continue;
    if (modifier.operator === '$rename') continue;
    if (modifier.operator === '$renameTo') {
      rename(root, modifier);
      continue;
    }
    const dynamic = modifier.parts.some((part) => part.startsWith('$'));
    const paths = dynamic
      ? concretePaths(root, modifier.parts, options.positions)
      : [modifier.parts];
    for (const parts of paths) {
      changeAt(root, parts, modifier.creates, (old) => modifier.apply(old, options.context));
    }
  }
}

function rename(root: DocNode, modifier: Modifier): void {
  const from = modifier.renamedFrom!;
  const value = valueAt(root, from);
  if (!value) return;
  for (const parts of [from, modifier.parts]) {
    for (let i = 1; i < parts.length; i++) {
      const inside = valueAt(root, parts.slice(0, i));
      if (inside && open(inside) instanceof ArrayNode) {
        throw new MongoError(
          'BadValue',
          `The source and destination field for $rename may not be an array element: ${from.join('.')}`,
        );
      }
    }
  }
  changeAt(root, from, false, () => undefined);
  changeAt(root, modifier.parts, true, () => value);
}
