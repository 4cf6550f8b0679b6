import type { Document } from 'bson';
import { plainDoc, plainValue } from '../bson/convert.ts';
import { type Elem, fields } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { variablesOf } from './expression.ts';
import { mingo, mingoOptions, refuseUnknownOperators, translateErrors } from './mingo.ts';
import { restoreTypes } from './restore-types.ts';

const ALLOWED = new Set([
  '$set',
  '$addFields',
  '$unset',
  '$project',
  '$replaceWith',
  '$replaceRoot',
]);

export interface PipelineUpdateOptions {
  /** The statement's own constants (`c`). */
  constants?: Elem | undefined;
  /** The command's `let`. */
  variables?: Elem | undefined;
}

/** An update given as a pipeline; fields that it does not touch keep their exact types. */
export function runPipelineUpdate(stages: Elem[], doc: Elem, options: PipelineUpdateOptions): Elem {
  const pipeline = stages.map((stage) => checkedStage(stage));
  const variables = { ...variablesOf(options.variables), ...variablesOf(options.constants) };
  const before = plainDoc(doc);
  const results = translateErrors(() =>
    new (mingo().Aggregator)(pipeline as never, mingoOptions(variables)).run([
      plainDoc(doc),
    ] as never),
  ) as Document[];
  return restoreTypes(doc, before, results[0]!);
}

function checkedStage(stage: Elem): Document {
  const [name] = stage.type === T.object ? (fields(stage)[0] ?? ['']) : [''];
  if (!ALLOWED.has(name)) {
    throw new MongoError('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  const plain = plainValue(stage) as Document;
  refuseUnknownOperators(plain[name]);
  return plain;
}
