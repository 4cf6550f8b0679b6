import { numberOf } from '../bson/convert.ts';
import { compareElems } from '../bson/key.ts';
import { type Elem, fields, items } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { type ArrayNode, close } from '../bson/tree.ts';
import { T, typeName } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Collation } from '../query/collation.ts';
import { parseSort, sortKey } from '../query/sort.ts';

/** `$push` with its modifiers: `$each`, `$position`, `$sort`, `$slice`, in this order. */
export function parsePush(
  argument: Elem,
  collation: Collation | undefined,
): (array: ArrayNode) => ArrayNode {
  const entries = argument.type === T.object ? fields(argument) : [];
  if (!entries.some(([name]) => name === '$each')) {
    return (array) => {
      array.items.push(argument);
      return array;
    };
  }
  let values: Elem[] = [];
  let position: number | undefined;
  let slice: number | undefined;
  let order: ((a: Elem, b: Elem) => number) | undefined;
  for (const [name, value] of entries) {
    switch (name) {
      case '$each':
        if (value.type !== T.array) {
          throw new MongoError(
            'BadValue',
            `The argument to $each in $push must be an array but it was of type: ${typeName(value.type)}`,
          );
        }
        values = items(value);
        break;
      case '$position':
        position = integer(value, '$position');
        break;
      case '$slice':
        slice = integer(value, '$slice');
        break;
      case '$sort':
        order = itemOrder(value, collation);
        break;
      default:
        throw new MongoError('BadValue', `Unrecognized clause in $push: ${name}`);
    }
  }
  return (array) => {
    const list = array.items;
    const at =
      position === undefined
        ? list.length
        : position < 0
          ? Math.max(0, list.length + position)
          : position;
    list.splice(at, 0, ...values);
    if (order) {
      const compare = order;
      array.items = list.map((item) => close(item)).sort(compare);
    }
    if (slice !== undefined) {
      array.items = slice < 0 ? array.items.slice(slice) : array.items.slice(0, slice);
    }
    return array;
  };
}

function integer(value: Elem, name: string): number {
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number)) {
    throw new MongoError(
      'BadValue',
      `The value for ${name} must be an integer value but was given type: ${typeName(value.type)}`,
    );
  }
  return number;
}

function itemOrder(value: Elem, collation: Collation | undefined) {
  const whole = numberOf(value);
  if (whole === 1 || whole === -1) {
    return (a: Elem, b: Elem) => whole * compareElems(a, b, collation?.fold);
  }
  if (value.type !== T.object) {
    throw new MongoError(
      'BadValue',
      `The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields: ${show(value)}`,
    );
  }
  const sort = parseSort(value);
  const key = (item: Elem) => sortKey(item, sort, collation?.fold);
  return (a: Elem, b: Elem) => Buffer.compare(key(a), key(b));
}
