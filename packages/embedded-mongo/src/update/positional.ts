import { docOf } from '../bson/convert.ts';
import { type Elem, fields, isEmptyDoc, items, someItem } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { conjuncts, type Predicate } from '../query/ast.ts';
import type { Collation } from '../query/collation.ts';
import { compileMatch, type Test } from '../query/match.ts';
import { parseFilter } from '../query/parse.ts';
import { parsePath, plainPathValue } from '../query/path.ts';
import type { Positions } from './apply.ts';
import type { Modifier } from './modifier.ts';

/** Compiles `arrayFilters`: one test per identifier, all of them used. */
export function parseArrayFilters(
  list: Elem | undefined,
  modifiers: readonly Modifier[],
  collation: Collation | undefined,
): Map<string, Test> {
  const filters = new Map<string, Test>();
  for (const filter of list ? items(list) : []) {
    if (filter.type !== T.object)
      throw new MongoError('TypeMismatch', 'each array filter must be an object');
    const identifier = identifierOf(filter);
    if (filters.has(identifier)) {
      throw new MongoError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    const test = compileMatch(parseFilter(filter, { collation }), collation);
    // The item plays the part of a document's only field, named as the identifier.
    filters.set(identifier, (item) => test(docOf([[identifier, item]])));
  }
  const used = new Set(
    modifiers.flatMap(({ parts }) =>
      parts.filter((part) => part.startsWith('$[')).map((part) => part.slice(2, -1)),
    ),
  );
  for (const { path, parts } of modifiers) {
    for (const part of parts) {
      const identifier = part.startsWith('$[') ? part.slice(2, -1) : '';
      if (identifier !== '' && !filters.has(identifier)) {
        throw new MongoError(
          'BadValue',
          `No array filter found for identifier '${identifier}' in path '${path}'`,
        );
      }
    }
  }
  for (const identifier of filters.keys()) {
    if (!used.has(identifier)) {
      throw new MongoError(
        'FailedToParse',
        `The array filter for identifier '${identifier}' was not used in the update`,
      );
    }
  }
  return filters;
}

function identifierOf(filter: Elem): string {
  if (isEmptyDoc(filter)) {
    throw new MongoError(
      'FailedToParse',
      'Cannot use an expression without a top-level field name in arrayFilters',
    );
  }
  const names = new Set<string>();
  for (const [name, value] of fields(filter)) {
    if (/^\$(and|or|nor)$/.test(name) && value.type === T.array) {
      for (const part of items(value)) names.add(identifierOf(part));
    } else names.add(name.split('.')[0]!);
  }
  if (names.size > 1) {
    throw new MongoError(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
    );
  }
  const [identifier] = names;
  if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier!)) {
    throw new MongoError(
      'BadValue',
      `The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}' in ${show(filter)}`,
    );
  }
  return identifier!;
}

/** The positions for one document: what the query matched and what the filters accept. */
export function documentPositions(
  doc: Elem,
  predicate: Predicate,
  filters: Map<string, Test>,
  collation: Collation | undefined,
): Positions {
  return {
    matched(arrayPath) {
      const position = matchedPosition(doc, arrayPath, predicate, collation);
      if (position !== undefined) return position;
      throw new MongoError(
        'BadValue',
        'The positional operator did not find the match needed from the query.',
      );
    },
    accepts: (identifier, item) => filters.get(identifier)!(item),
  };
}

/** The first item of the array that meets the query's condition on it. */
export function matchedPosition(
  doc: Elem,
  arrayPath: string,
  predicate: Predicate,
  collation: Collation | undefined,
): number | undefined {
  const array = plainPathValue(doc, parsePath(arrayPath));
  if (array?.type !== T.array) return undefined;
  for (const part of conjuncts(predicate)) {
    const parts = part.kind === 'or' ? part.list.flatMap(conjuncts) : [part];
    for (const one of parts) {
      if (!('path' in one)) continue;
      const { text } = one.path;
      if (text !== arrayPath && !text.startsWith(`${arrayPath}.`)) continue;
      const test = compileMatch(one, collation);
      let position: number | undefined;
      someItem(array.buf, array.start, (item, index) => {
        if (!test(nest(arrayPath, { ...docOf([['0', item]]), type: T.array }))) return false;
        position = index;
        return true;
      });
      if (position !== undefined) return position;
    }
  }
  return undefined;
}

/** A document that holds nothing but a value at a path. */
function nest(path: string, value: Elem): Elem {
  return path.split('.').reduceRight((inner, name) => docOf([[name, inner]]), value);
}
