import { numberOf } from '../bson/convert.ts';
import { compareElems, keyOf } from '../bson/key.ts';
import { type Elem, fields, items, latin1 } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { ArrayNode, close, type Node, open } from '../bson/tree.ts';
import { T, typeName } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Operator } from './parse.ts';
import { parsePull } from './pull.ts';
import { parsePush } from './push.ts';

/** The array at a path, opened; a missing one is empty, anything else is refused. */
export function openArray(old: Node | undefined, refuse: (type: string) => MongoError): ArrayNode {
  if (!old) return new ArrayNode();
  const opened = open(old);
  if (!(opened instanceof ArrayNode)) throw refuse(typeName(old.type));
  return opened;
}

const push: Operator = (argument, { path, collation }) => {
  const change = parsePush(argument, collation);
  return {
    creates: true,
    apply(old, { id }) {
      const array = openArray(
        old,
        (type) =>
          new MongoError(
            'BadValue',
            `The field '${path}' must be an array but is of type ${type} in document {_id: ${show(id)}}`,
          ),
      );
      return change(array);
    },
  };
};

const addToSet: Operator = (argument, { path, collation }) => {
  const values = setValues(argument);
  const fold = collation?.fold;
  return {
    creates: true,
    apply(old) {
      const array = openArray(
        old,
        (type) =>
          new MongoError(
            'BadValue',
            `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${type}`,
          ),
      );
      const known = new Set(array.items.map((item) => latin1(keyOf(close(item), fold))));
      const before = array.items.length;
      for (const value of values) {
        const key = latin1(keyOf(value, fold));
        if (known.has(key)) continue;
        known.add(key);
        array.items.push(value);
      }
      return old && array.items.length === before ? old : array;
    },
  };
};

function setValues(argument: Elem): Elem[] {
  if (argument.type !== T.object) return [argument];
  const entries = fields(argument);
  if (entries[0]?.[0] !== '$each') return [argument];
  if (entries.length > 1) {
    throw new MongoError(
      'BadValue',
      `Found unexpected fields after $each in $addToSet: ${show(argument)}`,
    );
  }
  const list = entries[0][1];
  if (list.type !== T.array) {
    throw new MongoError(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(list.type)}`,
    );
  }
  return items(list);
}

const pop: Operator = (argument, { path }) => {
  const end = numberOf(argument);
  if (end !== 1 && end !== -1) {
    throw new MongoError('FailedToParse', `$pop expects 1 or -1, found: ${show(argument)}`);
  }
  return {
    creates: false,
    apply(old) {
      if (!old) return old;
      const array = openArray(
        old,
        (type) =>
          new MongoError(
            'TypeMismatch',
            `Path '${path}' contains an element of non-array type '${type}'`,
          ),
      );
      if (end === 1) array.items.pop();
      else array.items.shift();
      return array;
    },
  };
};

const pull: Operator = (argument, { collation }) =>
  filtering(parsePull(argument, collation), '$pull');

const pullAll: Operator = (argument, { collation }) => {
  if (argument.type !== T.array) {
    throw new MongoError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${typeName(argument.type)}`,
    );
  }
  const gone = items(argument);
  return filtering(
    (item) => gone.some((one) => compareElems(item, one, collation?.fold) === 0),
    '$pullAll',
  );
};

function filtering(matches: (item: Elem) => boolean, operator: string): ReturnType<Operator> {
  return {
    creates: false,
    apply(old) {
      if (!old) return old;
      const array = openArray(
        old,
        () => new MongoError('BadValue', `Cannot apply ${operator} to a non-array value`),
      );
      array.items = array.items.filter((item) => !matches(close(item)));
      return array;
    },
  };
}

/** Operators that change the items of an array. */
export const ARRAY_OPERATORS: Record<string, Operator> = {
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
};
