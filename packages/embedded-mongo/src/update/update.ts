import { ObjectId } from 'bson';
import { docOf, toElem } from '../bson/convert.ts';
import { compareElems } from '../bson/key.ts';
import { type Elem, fields, items } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { close, DocNode, type Node, openDoc } from '../bson/tree.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { conjuncts, type Predicate } from '../query/ast.ts';
import type { Collation } from '../query/collation.ts';
import { idOf } from '../storage/collection.ts';
import { applyModifiers, changeAt } from './apply.ts';
import { parseUpdate } from './parse.ts';
import { documentPositions, parseArrayFilters } from './positional.ts';

/** A parsed update: from a document to the document that takes its place. */
export interface Update {
  /** Changes a stored document. */
  change(doc: Elem): Elem;
  /** The document that an upsert inserts. */
  insert(): Elem;
  readonly isReplacement: boolean;
}

export interface UpdateParts {
  update: Elem;
  predicate: Predicate;
  arrayFilters?: Elem | undefined;
  collation?: Collation | undefined;
  now: number;
  /** Runs an update given as an aggregation pipeline. */
  pipeline(stages: Elem[], doc: Elem): Elem;
}

export function compileUpdate(parts: UpdateParts): Update {
  const { update, predicate } = parts;
  if (update.type === T.array) {
    if (parts.arrayFilters)
      throw new MongoError(
        'FailedToParse',
        'arrayFilters may not be specified for pipeline-syle updates',
      );
    const stages = items(update);
    const run = (doc: Elem) => withId(parts.pipeline(stages, doc), idOf(doc));
    return {
      isReplacement: false,
      change: (doc) => checked(doc, run(doc)),
      insert: () => complete(openDoc(run(close(fromQuery(predicate))))),
    };
  }
  if (update.type !== T.object) {
    throw new MongoError('FailedToParse', 'Update argument must be either an object or an array');
  }
  const entries = fields(update);
  if (!entries[0]?.[0].startsWith('$')) return replacement(parts, entries);
  return modification(parts);
}

function replacement(
  { update, predicate, arrayFilters }: UpdateParts,
  entries: [string, Elem][],
): Update {
  if (arrayFilters)
    throw new MongoError(
      'FailedToParse',
      'arrayFilters may not be specified for replacement updates',
    );
  const dollar = entries.find(([name]) => name.startsWith('$'));
  if (dollar) {
    throw new MongoError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar[0]}' in '${dollar[0]}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  return {
    isReplacement: true,
    change: (doc) => checked(doc, withId(update, idOf(doc))),
    insert() {
      const own = idOf(update);
      if (own) return complete(openDoc(update));
      const id = fromQuery(predicate).fields.get('_id');
      return complete(openDoc(id ? withId(update, close(id)) : update));
    },
  };
}

function modification(parts: UpdateParts): Update {
  const { predicate, collation, now } = parts;
  const modifiers = parseUpdate(parts.update, collation);
  const filters = parseArrayFilters(parts.arrayFilters, modifiers, collation);
  const run = (doc: Elem, root: DocNode, inserting: boolean) => {
    applyModifiers(root, modifiers, {
      positions: documentPositions(doc, predicate, filters, collation),
      context: { id: idOf(doc), now },
      inserting,
    });
  };
  return {
    isReplacement: false,
    change(doc) {
      const root = openDoc(doc);
      run(doc, root, false);
      return checked(doc, close(root));
    },
    insert() {
      const root = fromQuery(predicate);
      const before = root.fields.get('_id');
      run(close(root), root, true);
      const after = root.fields.get('_id');
      if (before && (!after || compareElems(close(before), close(after)) !== 0))
        throw immutableId();
      return complete(root);
    },
  };
}

function immutableId(): MongoError {
  return new MongoError(
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}

/** `_id` never changes. */
function checked(before: Elem, after: Elem): Elem {
  const old = idOf(before);
  const next = idOf(after);
  if (!next || !old || compareElems(old, next) !== 0) {
    if (!next) throw immutableId();
    throw new MongoError(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(next)}`,
    );
  }
  return after;
}

/** A replacement without `_id` keeps the old one, in first place. */
function withId(doc: Elem, id: Elem | undefined): Elem {
  const own = idOf(doc);
  if (!id || own) return doc;
  return docOf([['_id', id], ...fields(doc)]);
}

/** What an upsert takes from the query: its equalities. */
function fromQuery(predicate: Predicate): DocNode {
  const root = new DocNode();
  const seen = new Set<string>();
  for (const part of conjuncts(predicate)) {
    const equal = equality(part);
    if (!equal) continue;
    const path = equal.path.names;
    if (seen.has(equal.path.text)) {
      throw new MongoError(
        'NotExactValueField',
        `cannot infer query fields to set, path '${equal.path.text}' is matched twice`,
      );
    }
    seen.add(equal.path.text);
    changeAt(root, path, true, () => equal.value);
  }
  return root;
}

function equality(part: Predicate) {
  if (part.kind === 'compare' && part.op === 'eq') return part;
  if (part.kind === 'in' && part.values.length === 1 && part.patterns.length === 0) {
    return { path: part.path, value: part.values[0]! };
  }
  if (part.kind === 'or' && part.list.length === 1) {
    const [only] = conjuncts(part.list[0]!);
    return only?.kind === 'compare' && only.op === 'eq' ? only : undefined;
  }
  return undefined;
}

/** Gives the document an `_id` where it has none, and puts it first. */
function complete(root: DocNode): Elem {
  const id: Node = root.fields.get('_id') ?? toElem(new ObjectId());
  root.fields.delete('_id');
  return checkId(close(new DocNode([['_id', id], ...root.fields])));
}

/** What MongoDB refuses as `_id`. */
export function checkId(doc: Elem): Elem {
  const id = idOf(doc)!;
  if (id.type === T.array || id.type === T.undefined || id.type === T.regex) {
    const names = { [T.array]: 'array', [T.undefined]: 'undefined', [T.regex]: 'regex' };
    throw new MongoError(
      'InvalidIdField',
      `The '_id' value cannot be of type ${names[id.type as keyof typeof names]}`,
    );
  }
  if (id.type === T.object) {
    for (const [name] of fields(id)) {
      if (name.startsWith('$')) {
        throw new MongoError(
          'DollarPrefixedFieldName',
          `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
        );
      }
    }
  }
  return doc;
}

/** Completes a document for insertion: `_id` first, made where it is missing. */
export function prepareInsert(doc: Elem): Elem {
  const { buf, start } = doc;
  const named = buf[start + 5] === 0x5f && buf[start + 6] === 0x69 && buf[start + 7] === 0x64;
  if (named && buf[start + 8] === 0) return checkId(doc);
  return complete(openDoc(doc));
}
