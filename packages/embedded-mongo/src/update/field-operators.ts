import { Timestamp } from 'bson';
import { int32Elem, int64Elem, toElem } from '../bson/convert.ts';
import { compareElems } from '../bson/key.ts';
import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { close, type Node } from '../bson/tree.ts';
import { isNumber, T, typeName } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { arithmetic, integerOf } from './arithmetic.ts';
import type { ApplyContext } from './modifier.ts';
import type { Operator } from './parse.ts';

const set: Operator = (value) => ({ creates: true, apply: () => value });

const unset: Operator = () => ({ creates: false, apply: () => undefined });

const inc: Operator = (amount, { path }) => {
  if (!isNumber(amount.type)) {
    throw new MongoError(
      'TypeMismatch',
      `Cannot increment with non-numeric argument: {${path}: ${show(amount)}}`,
    );
  }
  return {
    creates: true,
    apply(old, context) {
      if (!old) return amount;
      return calculate('add', '$inc', { old, operand: amount, path, context });
    },
  };
};

const mul: Operator = (factor, { path }) => {
  if (!isNumber(factor.type)) {
    throw new MongoError(
      'TypeMismatch',
      `Cannot multiply with non-numeric argument: {${path}: ${show(factor)}}`,
    );
  }
  return {
    creates: true,
    apply(old, context) {
      const operand = old ?? int32Elem(0);
      return calculate('multiply', '$mul', { old: operand, operand: factor, path, context });
    },
  };
};

interface Operands {
  old: Node;
  operand: Elem;
  path: string;
  context: ApplyContext;
}

function calculate(
  op: 'add' | 'multiply',
  name: string,
  { old, operand, path, context }: Operands,
): Elem {
  const current = close(old);
  const field = path.split('.').at(-1);
  if (!isNumber(current.type)) {
    throw new MongoError(
      'TypeMismatch',
      `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(context.id)}} has the field '${field}' of non-numeric type ${typeName(current.type)}`,
    );
  }
  const result = arithmetic(op, current, operand);
  if (!result) {
    throw new MongoError(
      'BadValue',
      `Failed to apply ${name} operations to current value (${show(current)}) for document {_id: ${show(context.id)}}`,
    );
  }
  return result;
}

const min: Operator = (value, { collation }) => ({
  creates: true,
  apply: (old) => (!old || compareElems(value, close(old), collation?.fold) < 0 ? value : old),
});

const max: Operator = (value, { collation }) => ({
  creates: true,
  apply: (old) => (!old || compareElems(value, close(old), collation?.fold) > 0 ? value : old),
});

const currentDate: Operator = (value, { path }) => {
  let kind = 'date';
  if (value.type === T.object) {
    const [name, wanted] = fields(value)[0] ?? [];
    kind = name === '$type' && wanted?.type === T.string ? stringOf(wanted) : '';
    if (kind !== 'date' && kind !== 'timestamp') {
      throw new MongoError(
        'BadValue',
        "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
      );
    }
  } else if (value.type !== T.bool) {
    throw new MongoError(
      'BadValue',
      `${typeName(value.type)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}). Path: ${path}`,
    );
  }
  return {
    creates: true,
    apply: (_old, { now }) =>
      toElem(kind === 'date' ? new Date(now) : new Timestamp({ t: Math.floor(now / 1000), i: 1 })),
  };
};

const bit: Operator = (value, { path }) => {
  const operations = value.type === T.object ? fields(value) : [];
  if (operations.length === 0) {
    throw new MongoError(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeName(value.type)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  for (const [name, operand] of operations) {
    if (name !== 'and' && name !== 'or' && name !== 'xor') {
      throw new MongoError(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(operand)}}`,
      );
    }
    if (operand.type !== T.int32 && operand.type !== T.int64) {
      throw new MongoError(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand.type)}' is not supported here: {${name}: ${show(operand)}}`,
      );
    }
  }
  return {
    creates: true,
    apply(old, { id }) {
      const start = old ? close(old) : int32Elem(0);
      if (start.type !== T.int32 && start.type !== T.int64) {
        throw new MongoError(
          'BadValue',
          `Cannot apply $bit to a value of non-integral type._id: ${show(id)} has the field ${path} of non-integer type ${typeName(start.type)}`,
        );
      }
      let wide = start.type === T.int64;
      let number = integerOf(start);
      for (const [name, operand] of operations) {
        wide ||= operand.type === T.int64;
        const other = integerOf(operand);
        number = name === 'and' ? number & other : name === 'or' ? number | other : number ^ other;
      }
      return wide ? int64Elem(number) : int32Elem(Number(BigInt.asIntN(32, number)));
    },
  };
};

/** Operators that set, change or remove one value. */
export const FIELD_OPERATORS: Record<string, Operator> = {
  $set: set,
  $setOnInsert: set,
  $unset: unset,
  $inc: inc,
  $mul: mul,
  $min: min,
  $max: max,
  $currentDate: currentDate,
  $bit: bit,
};
