import { docOf, NULL } from '../bson/convert.ts';
import { keyOf, writeDescendingKey, writeKey } from '../bson/key.ts';
import type { Elem } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { ByteWriter } from '../bson/writer.ts';
import { MongoError } from '../errors.ts';
import { somePathValue } from '../query/path.ts';
import type { IndexSpec } from './index-spec.ts';

/** MongoDB's answer to a unique key that is taken, with the key's pattern and value. */
export function duplicateKey(
  namespace: string,
  spec: IndexSpec,
  key: Buffer,
  doc: Elem,
): MongoError {
  const value = docOf(clashingValues(spec, key, doc));
  return new MongoError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${spec.name} dup key: ${show(value)}`,
    { keyPattern: spec.key, keyValue: value },
  );
}

/** Finds, field by field, the value in the document whose key is the one that clashed. */
function clashingValues(spec: IndexSpec, key: Buffer, doc: Elem): [string, Elem][] {
  const fold = spec.collation?.fold;
  let at = 0;
  return spec.fields.map(({ path, descending }): [string, Elem] => {
    let found: Elem = NULL;
    let length = keyOf(undefined).length;
    somePathValue(doc, path, true, (value) => {
      const w = new ByteWriter();
      if (descending) writeDescendingKey(w, value, fold);
      else writeKey(w, value, fold);
      if (key.compare(w.buf, 0, w.length, at, Math.min(at + w.length, key.length)) !== 0)
        return false;
      found = value ?? NULL;
      length = w.length;
      return true;
    });
    at += length;
    return [path.text, found];
  });
}
