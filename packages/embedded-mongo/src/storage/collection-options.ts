import { truthy } from '../bson/convert.ts';
import { type Elem, fields } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';
import { type Collation, parseCollation } from '../query/collation.ts';

/** What `create` may fix for a collection. */
export interface CollectionOptions {
  readonly raw: Elem;
  readonly collation: Collation | undefined;
}

/** Reads the options of `create`; what would not be honoured is refused. */
export function parseCollectionOptions(raw: Elem): CollectionOptions {
  let collation: Collation | undefined;
  for (const [name, value] of fields(raw)) {
    if (name === 'collation') collation = parseCollation(value);
    else if (name === 'capped' && !truthy(value)) continue;
    else if (name === 'autoIndexId' && truthy(value)) continue;
    else {
      throw new MongoError(
        'CommandNotSupported',
        `the collection option '${name}' is not supported by the embedded database`,
      );
    }
  }
  return { raw, collation };
}
