import { expressionTest } from '../aggregate/expression.ts';
import { docOf, numberOf, toElem, truthy } from '../bson/convert.ts';
import { type Elem, fields, isEmptyDoc, rootElem, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { type Collation, parseCollation } from '../query/collation.ts';
import { compileMatch } from '../query/match.ts';
import { parseFilter } from '../query/parse.ts';
import type { Deadline, Query } from '../query/run.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import { parseIndexSpec, sameKey } from '../storage/index-spec.ts';
import type { SortedIndex } from '../storage/sorted-index.ts';

/** The raw parts of a query, as several commands carry them. */
export interface QueryParts {
  filter?: Elem | undefined;
  sort?: Elem | undefined;
  collation?: Elem | undefined;
  hint?: Elem | undefined;
  let?: Elem | undefined;
  skip?: number | undefined;
  limit?: number | undefined;
  deadline?: Deadline | undefined;
}

const EMPTY = rootElem(Buffer.from([5, 0, 0, 0, 0]));
const ALWAYS = () => true;

/** Compiles a filter with what else shapes the query. */
export function compileQuery(collection: Collection | undefined, parts: QueryParts): Query {
  const collation = queryCollation(collection, parts.collation);
  const filter = parts.filter ?? EMPTY;
  const variables = parts.let;
  const predicate = parseFilter(filter, {
    collation,
    expression: (expression) => expressionTest(expression, variables),
  });
  const sort = parts.sort && !isEmptyDoc(parts.sort) ? parts.sort : undefined;
  const natural = naturalOrder(sort) ?? naturalOrder(parts.hint);
  return {
    filter,
    predicate,
    test: isEmptyDoc(filter) ? ALWAYS : compileMatch(predicate, collation),
    sort: sort && naturalOrder(sort) === undefined ? parseSort(sort) : [],
    collation,
    hint: natural === undefined && collection ? findHint(collection, parts.hint) : undefined,
    natural,
    skip: parts.skip,
    limit: parts.limit,
    deadline: parts.deadline,
  };
}

/** The query's own collation or else the collection's. */
export function queryCollation(
  collection: Collection | undefined,
  elem: Elem | undefined,
): Collation | undefined {
  if (elem && elem.type !== T.null && !(elem.type === T.object && isEmptyDoc(elem)))
    return parseCollation(elem);
  return collection?.options.collation;
}

function naturalOrder(elem: Elem | undefined): 1 | -1 | undefined {
  if (elem?.type !== T.object) return undefined;
  const order = fields(elem).find(([name]) => name === '$natural')?.[1];
  return order ? ((numberOf(order) ?? 1) < 0 ? -1 : 1) : undefined;
}

function findHint(collection: Collection, hint: Elem | undefined): SortedIndex | undefined {
  if (!hint || (hint.type === T.object && isEmptyDoc(hint))) return undefined;
  let found: SortedIndex | undefined;
  if (hint.type === T.string) {
    found = collection.indexes.find(({ spec }) => spec.name === stringOf(hint));
  } else if (hint.type === T.object) {
    const asked = parseIndexSpec(
      docOf([
        ['key', hint],
        ['name', toElem('hint')],
      ]),
    );
    found = collection.indexes.find(({ spec }) => sameKey(spec, asked));
  } else {
    throw new MongoError('FailedToParse', 'Hint must be a string or an object');
  }
  if (!found) {
    throw new MongoError(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
  return found;
}

export function isTrue(elem: Elem | undefined): boolean {
  return elem !== undefined && truthy(elem);
}
