import { docOf, int32Elem, numberOf } from '../bson/convert.ts';
import { type Elem, isEmptyDoc, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { blockingSort } from '../query/blocking-sort.ts';
import { compileMatch } from '../query/match.ts';
import { parseFilter } from '../query/parse.ts';
import { parseSort } from '../query/sort.ts';
import { expressionTest } from './expression.ts';
import { group } from './group.ts';
import { lookup } from './lookup.ts';
import type { NativeStage } from './stage.ts';

const match: NativeStage = (argument, { collation, let: variables }) => {
  if (argument.type !== T.object) {
    throw new MongoError(15959, 'the match filter must be an expression in an object');
  }
  const predicate = parseFilter(argument, {
    collation,
    expression: (expression) => expressionTest(expression, variables),
  });
  const test = compileMatch(predicate, collation);
  return (source) => () => {
    for (let doc = source(); doc; doc = source()) if (test(doc)) return doc;
    return undefined;
  };
};

const sort: NativeStage = (argument, { collation }) => {
  if (argument.type !== T.object || isEmptyDoc(argument)) {
    throw new MongoError(15976, '$sort stage must have at least one sort key');
  }
  const fields = parseSort(argument);
  return (source) => {
    const found = () => {
      const doc = source();
      return doc && { row: 0, doc };
    };
    const sorted = blockingSort(found, { sort: fields, collation, keep: 0 });
    return () => sorted()?.doc;
  };
};

export function limitOf(argument: Elem): number {
  const count = numberOf(argument);
  if (count === undefined || !Number.isInteger(count) || count <= 0) {
    throw new MongoError(15958, 'the limit must be positive');
  }
  return count;
}

export function skipOf(argument: Elem): number {
  const count = numberOf(argument);
  if (count === undefined || !Number.isInteger(count) || count < 0) {
    throw new MongoError(
      5107200,
      'invalid argument to $skip stage: Expected a non-negative number',
    );
  }
  return count;
}

const limit: NativeStage = (argument) => {
  const count = limitOf(argument);
  return (source) => {
    let given = 0;
    return () => (given++ < count ? source() : undefined);
  };
};

const skip: NativeStage = (argument) => {
  const count = skipOf(argument);
  return (source) => {
    let skipped = 0;
    return () => {
      for (; skipped < count; skipped++) if (!source()) return undefined;
      return source();
    };
  };
};

const count: NativeStage = (argument) => {
  const name = argument.type === T.string ? stringOf(argument) : '';
  if (name === '' || name.startsWith('$') || name.includes('.')) {
    throw new MongoError(40156, 'the count field must be a non-empty string without $ and .');
  }
  return (source) => {
    let done = false;
    return () => {
      if (done) return undefined;
      done = true;
      let n = 0;
      while (source()) n++;
      return n > 0 ? docOf([[name, int32Elem(n)]]) : undefined;
    };
  };
};

/** Stages that work on raw documents, so that all types survive them. */
export const NATIVE_STAGES: Record<string, NativeStage> = {
  $match: match,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $count: count,
  $lookup: lookup,
  $group: group,
};
