import { compareElems } from '../bson/key.ts';
import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { Collation } from '../query/collation.ts';
import { compileMatch } from '../query/match.ts';
import { parseFilter, parseItemOperators } from '../query/parse.ts';
import { patternOf } from '../query/regex.ts';

/** What `$pull` takes out: equal values, values that meet operators, documents that match. */
export function parsePull(
  argument: Elem,
  collation: Collation | undefined,
): (item: Elem) => boolean {
  if (argument.type === T.regex) {
    const pattern = patternOf(argument);
    return (item) =>
      item.type === T.string ? pattern.test(stringOf(item)) : compareElems(item, argument) === 0;
  }
  if (argument.type !== T.object) {
    return (item) => compareElems(item, argument, collation?.fold) === 0;
  }
  const first = fields(argument)[0]?.[0] ?? '';
  if (first.startsWith('$') && first !== '$or' && first !== '$and' && first !== '$nor') {
    return compileMatch(parseItemOperators(argument, { collation }), collation);
  }
  const test = compileMatch(parseFilter(argument, { collation }), collation);
  return (item) => item.type === T.object && test(item);
}
