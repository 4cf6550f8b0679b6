import { arrayOf, docOf, int32Elem } from '../bson/convert.ts';
import { compareElems } from '../bson/key.ts';
import { type Elem, fields, items } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Stage } from './pipeline.ts';

/** `$bucket` as the `$group` and `$sort` that it stands for. */
export function bucketStages(argument: Elem): Stage[] {
  if (argument.type !== T.object) {
    throw new MongoError(40201, 'The argument to $bucket must be an object');
  }
  const options = new Map(fields(argument));
  const groupBy = options.get('groupBy');
  const boundaries = options.get('boundaries');
  if (!groupBy || boundaries?.type !== T.array) {
    throw new MongoError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  const edges = items(boundaries);
  if (edges.length < 2) {
    throw new MongoError(40192, "The $bucket 'boundaries' field must have at least 2 values");
  }
  for (let i = 1; i < edges.length; i++) {
    if (compareElems(edges[i - 1], edges[i]) >= 0) {
      throw new MongoError(
        40194,
        "The 'boundaries' option to $bucket must be sorted in ascending order",
      );
    }
  }
  const branches = edges.slice(1).map((edge, i) => {
    const from = docOf([['$gte', arrayOf([groupBy, edges[i]!])]]);
    const below = docOf([['$lt', arrayOf([groupBy, edge])]]);
    return docOf([
      ['case', docOf([['$and', arrayOf([from, below])]])],
      ['then', docOf([['$literal', edges[i]!]])],
    ]);
  });
  const otherwise = options.get('default');
  const choice = docOf([
    ['branches', arrayOf(branches)],
    ...(otherwise ? [['default', docOf([['$literal', otherwise]])] as [string, Elem]] : []),
  ]);
  const output = options.get('output') ?? docOf([['count', docOf([['$sum', int32Elem(1)]])]]);
  const group = docOf([['_id', docOf([['$switch', choice]])], ...fields(output)]);
  return [
    { name: '$group', argument: group },
    { name: '$sort', argument: docOf([['_id', int32Elem(1)]]) },
  ];
}
