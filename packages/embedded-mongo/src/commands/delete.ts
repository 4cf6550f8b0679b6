import { numberOf } from '../bson/convert.ts';
import { fields } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { runQuery } from '../query/run.ts';
import { collectionName, deadlineOf, docOption, expectOptions, type Handler } from './command.ts';
import { compileQuery } from './filter.ts';
import { isOrdered, statements } from './insert.ts';
import { recordQuery } from './record.ts';
import { collect } from './update.ts';
import { eachStatement, withErrors } from './write-errors.ts';

const KNOWN = new Set(['q', 'limit', 'collation', 'hint', 'let']);

/** The `delete` command. */
export const remove: Handler = (command) => {
  expectOptions(command, 'deletes', 'ordered', 'let');
  const collection = command.engine.catalog.find(command.db, collectionName(command));
  const variables = docOption(command, 'let');
  let n = 0;
  const errors = eachStatement(statements(command, 'deletes'), isOrdered(command), (statement) => {
    const options = new Map(fields(statement));
    for (const option of options.keys()) {
      if (!KNOWN.has(option))
        throw new MongoError(40415, `BSON field 'delete.deletes.${option}' is an unknown field.`);
    }
    const limit = numberOf(options.get('limit'));
    if (limit !== 0 && limit !== 1) {
      throw new MongoError(
        'FailedToParse',
        `The limit field in delete objects must be 0 or 1. Got ${limit}`,
      );
    }
    const filter = options.get('q');
    if (filter?.type !== T.object) {
      throw new MongoError(40414, "BSON field 'delete.deletes.q' is missing but a required field");
    }
    const query = compileQuery(collection, {
      filter,
      collation: options.get('collation'),
      hint: options.get('hint'),
      let: variables,
      limit,
      deadline: deadlineOf(command),
    });
    if (!collection) return;
    const running = runQuery(collection, query);
    for (const { row, doc } of collect(running.next)) {
      collection.remove(row, doc);
      n++;
    }
    recordQuery(command, collection.name, filter, running);
  });
  command.engine.metrics.documents.deleted += n;
  return withErrors({ n }, errors);
};
