import { numberOf, toElem, truthy } from '../bson/convert.ts';
import { type Elem, fields, isEmptyDoc, items, rootElem, someItem } from '../bson/raw.ts';
import { close, openDoc } from '../bson/tree.ts';
import { isNumber, T } from '../bson/types.ts';
import { ByteWriter } from '../bson/writer.ts';
import { MongoError } from '../errors.ts';
import { changeAt } from '../update/apply.ts';
import { matchedPosition } from '../update/positional.ts';
import type { Predicate } from './ast.ts';
import type { Collation } from './collation.ts';
import { compileMatch } from './match.ts';
import { parseFilter, parseItemOperators } from './parse.ts';

export type Projection = (doc: Elem) => Elem;

/** Names to keep or drop; a nested map goes into documents and the items of arrays. */
type Shape = Map<string, Shape | true>;

/** A field whose value is worked out from the whole document. */
type Computed = (doc: Elem) => Elem | undefined;

export interface ProjectionContext {
  predicate: Predicate;
  collation: Collation | undefined;
  /** Compiles aggregation expressions. */
  expression(expression: Elem): (doc: Elem) => unknown;
}

/** Compiles a `find` projection; undefined where everything is wanted. */
export function compileProjection(
  elem: Elem | undefined,
  context: ProjectionContext,
): Projection | undefined {
  if (!elem || isEmptyDoc(elem)) return undefined;
  const shape: Shape = new Map();
  const computed = new Map<string, Computed>();
  let mode: 'include' | 'exclude' | undefined;
  let id: boolean | undefined;
  const setMode = (next: 'include' | 'exclude', name: string) => {
    if (mode && mode !== next) {
      throw new MongoError(
        next === 'exclude' ? 31254 : 31253,
        `Cannot do ${next === 'exclude' ? 'exclusion' : 'inclusion'} on field ${name} in ${mode === 'include' ? 'inclusion' : 'exclusion'} projection`,
      );
    }
    mode = next;
  };
  const slices = new Map<string, Computed>();
  for (const [name, value] of flatten(elem)) {
    if (isNumber(value.type) || value.type === T.bool) {
      const wanted = truthy(value);
      if (name === '_id') id = wanted;
      else if (wanted && name.endsWith('.$')) {
        setMode('include', name);
        const path = name.slice(0, -2);
        addPath(shape, path);
        slices.set(path, positional(path, context));
      } else {
        setMode(wanted ? 'include' : 'exclude', name);
        addPath(shape, name);
      }
      continue;
    }
    const special = value.type === T.object ? fields(value)[0] : undefined;
    if (special?.[0] === '$slice' && isSliceArgument(special[1])) {
      slices.set(name, sliced(name, special[1]));
    } else if (special?.[0] === '$elemMatch') {
      setMode('include', name);
      slices.set(name, elemMatched(name, special[1], context));
      addPath(shape, name);
    } else {
      setMode('include', name);
      const evaluate = context.expression(value);
      computed.set(name, (doc) => {
        const result = evaluate(doc);
        return result === undefined ? undefined : toElem(result);
      });
    }
  }
  mode ??= id === true && slices.size === 0 ? 'include' : 'exclude';
  if (mode === 'include' && id !== false) shape.set('_id', true);
  if (mode === 'exclude' && id === false) shape.set('_id', true);
  const select = mode === 'include' ? includes : excludes;
  const selected: Projection = (doc) => write(doc, shape, select);
  if (computed.size === 0 && slices.size === 0) return selected;
  return (doc) => {
    const root = openDoc(selected(doc));
    for (const [name, compute] of [...slices, ...computed]) {
      const value = compute(doc);
      changeAt(root, name.split('.'), value !== undefined, () => value);
    }
    return close(root);
  };
}

/** `{a: {b: 1}}` means `a.b`, unless the inner document is an operator. */
function flatten(elem: Elem, prefix = ''): [string, Elem][] {
  return fields(elem).flatMap(([name, value]): [string, Elem][] => {
    if (name === '')
      throw new MongoError(40352, 'FieldPath cannot be constructed with empty string');
    const path = prefix + name;
    if (value.type !== T.object) return [[path, value]];
    if (isEmptyDoc(value))
      throw new MongoError(
        51270,
        `An empty sub-projection is not a valid value. Found empty object at path`,
      );
    if (fields(value)[0]![0].startsWith('$')) return [[path, value]];
    return flatten(value, `${path}.`);
  });
}

function addPath(shape: Shape, path: string): void {
  const names = path.split('.');
  let at = shape;
  names.forEach((name, i) => {
    const last = i === names.length - 1;
    const there = at.get(name);
    if (there === true || (last && there)) {
      throw new MongoError(31249, `Path collision at ${path}`);
    }
    if (last) at.set(name, true);
    else {
      const next: Shape = there ?? new Map();
      at.set(name, next);
      at = next;
    }
  });
}

type Select = (w: ByteWriter, doc: Elem, shape: Shape) => void;

function write(doc: Elem, shape: Shape, select: Select): Elem {
  const w = new ByteWriter(doc.end - doc.start);
  select(w, doc, shape);
  return rootElem(w.buf.subarray(0, w.length));
}

const includes: Select = (w, doc, shape) => {
  const mark = w.startDoc();
  for (const [name, value] of fields(doc)) {
    const inner = shape.get(name);
    if (inner === true) w.field(name, value);
    else if (inner && (value.type === T.object || value.type === T.array))
      nested(w, name, value, inner, includes);
  }
  w.endDoc(mark);
};

const excludes: Select = (w, doc, shape) => {
  const mark = w.startDoc();
  for (const [name, value] of fields(doc)) {
    const inner = shape.get(name);
    if (!inner) w.field(name, value);
    else if (inner !== true) {
      if (value.type === T.object || value.type === T.array)
        nested(w, name, value, inner, excludes);
      else w.field(name, value);
    }
  }
  w.endDoc(mark);
};

function nested(w: ByteWriter, name: string, value: Elem, shape: Shape, select: Select): void {
  w.byte(value.type);
  w.cstring(name);
  if (value.type === T.object) {
    select(w, value, shape);
    return;
  }
  const mark = w.startDoc();
  let at = 0;
  for (const item of items(value)) {
    if (item.type === T.object || item.type === T.array)
      nested(w, String(at++), item, shape, select);
    else if (select === excludes) w.field(String(at++), item);
  }
  w.endDoc(mark);
}

function isSliceArgument(value: Elem): boolean {
  if (isNumber(value.type)) return true;
  return (
    value.type === T.array &&
    items(value).length === 2 &&
    items(value).every(({ type }) => isNumber(type))
  );
}

function arrayAt(doc: Elem, path: string): Elem | undefined {
  let value: Elem | undefined = doc;
  for (const name of path.split('.')) {
    value = value?.type === T.object ? fields(value).find(([own]) => own === name)?.[1] : undefined;
  }
  return value;
}

function sliced(path: string, argument: Elem): Computed {
  const [first, second] =
    argument.type === T.array
      ? items(argument).map((item) => numberOf(item)!)
      : [numberOf(argument)!];
  return (doc) => {
    const value = arrayAt(doc, path);
    if (value?.type !== T.array) return value;
    const list = items(value);
    const start =
      second === undefined
        ? Math.min(first!, 0)
        : first! < 0
          ? Math.max(0, list.length + first!)
          : first!;
    const end = second === undefined ? (first! < 0 ? undefined : first!) : start + second;
    return toArray(list.slice(start, end));
  };
}

function toArray(list: Elem[]): Elem {
  const w = new ByteWriter();
  const mark = w.startDoc();
  list.forEach((item, index) => {
    w.field(String(index), item);
  });
  w.endDoc(mark);
  return { type: T.array, buf: w.copy(), start: 0, end: w.length };
}

function elemMatched(path: string, argument: Elem, { collation }: ProjectionContext): Computed {
  if (argument.type !== T.object) throw new MongoError('BadValue', '$elemMatch needs an Object');
  const onItems = !isEmptyDoc(argument) && /^\$(?!and|or|nor|expr)/.test(fields(argument)[0]![0]);
  const predicate = onItems
    ? parseItemOperators(argument, { collation })
    : parseFilter(argument, { collation });
  const test = compileMatch(predicate, collation);
  return (doc) => {
    const value = arrayAt(doc, path);
    if (value?.type !== T.array) return undefined;
    let found: Elem | undefined;
    someItem(value.buf, value.start, (item) => {
      if (!onItems && item.type !== T.object) return false;
      if (!test(item)) return false;
      found = item;
      return true;
    });
    return found && toArray([found]);
  };
}

function positional(path: string, { predicate, collation }: ProjectionContext): Computed {
  return (doc) => {
    const value = arrayAt(doc, path);
    if (value?.type !== T.array) return value;
    const position = matchedPosition(doc, path, predicate, collation);
    if (position === undefined) {
      throw new MongoError(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    return toArray([items(value)[position]!]);
  };
}
