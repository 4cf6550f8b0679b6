import type { Document } from 'bson';
import { plainDoc, plainValue, toDoc } from '../bson/convert.ts';
import { type Elem, fields, rootElem } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { DocSource } from '../cursors.ts';
import { MongoError } from '../errors.ts';
import { bucketStages } from './bucket.ts';
import { mingo, mingoOptions, refuseUnknownOperators, translateErrors } from './mingo.ts';
import { NATIVE_STAGES } from './native-stages.ts';
import type { StageContext } from './stage.ts';

export interface Stage {
  readonly name: string;
  readonly argument: Elem;
}

/** Stages that mingo carries out as MongoDB does. */
const MINGO_STAGES = new Set([
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$densify',
  '$facet',
  '$fill',
  '$graphLookup',
  '$group',
  '$lookup',
  '$project',
  '$redact',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$set',
  '$setWindowFields',
  '$sortByCount',
  '$unionWith',
  '$unset',
  '$unwind',
  '$count',
  '$documents',
]);

/** Parses a pipeline; stages that are not supported are refused by name. */
export function parseStages(list: readonly Elem[]): Stage[] {
  return list.flatMap((stage) => {
    const entries = stage.type === T.object ? fields(stage) : [];
    if (entries.length !== 1) {
      throw new MongoError(
        40323,
        'A pipeline stage specification object must contain exactly one field.',
      );
    }
    const [name, argument] = entries[0]!;
    if (!isKnown(name)) throw unknownStage(name);
    return name === '$bucket' ? bucketStages(argument) : [{ name, argument }];
  });
}

const WRITING = new Set(['$out', '$merge']);
const REFUSED = new Set([
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$geoNear',
  '$indexStats',
  '$listSessions',
  '$planCacheStats',
  '$search',
  '$listLocalSessions',
]);

function isKnown(name: string): boolean {
  return name in NATIVE_STAGES || MINGO_STAGES.has(name) || WRITING.has(name);
}

function unknownStage(name: string): MongoError {
  if (name === '$changeStream') {
    return new MongoError(40573, 'The $changeStream stage is only supported on replica sets');
  }
  if (REFUSED.has(name)) {
    return new MongoError(
      'CommandNotSupported',
      `${name} is not supported by the embedded database`,
    );
  }
  return new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
}

/** Chains the stages behind a source of documents; nothing runs before the first pull. */
export function runStages(
  source: DocSource,
  stages: readonly Stage[],
  context: StageContext,
): DocSource {
  let current = source;
  for (let i = 0; i < stages.length; i++) {
    const native = NATIVE_STAGES[stages[i]!.name];
    if (native) {
      const run = native(stages[i]!.argument, context);
      if (run) {
        current = run(current);
        continue;
      }
    }
    // Neighbouring stages go to mingo together, which spares encoding in between.
    let end = i + 1;
    while (end < stages.length && !NATIVE_STAGES[stages[end]!.name]) end++;
    current = mingoStages(current, stages.slice(i, end), context);
    i = end - 1;
  }
  return current;
}

function mingoStages(
  source: DocSource,
  stages: readonly Stage[],
  context: StageContext,
): DocSource {
  const pipeline = stages.map(({ name, argument }): Document => {
    const plain = plainValue(argument);
    if (name !== '$lookup' && name !== '$unionWith' && name !== '$facet')
      refuseUnknownOperators(plain);
    return { [name]: plain };
  });
  const options = mingoOptions(context.variables, {
    collectionResolver: (name: string) => context.wholeCollection(name) as never,
  });
  let results: { next(): IteratorResult<unknown> } | undefined;
  return () =>
    translateErrors(() => {
      results ??= start(pipeline, source, options);
      const { value, done } = results.next();
      return done ? undefined : rootElem(toDoc(value as Document));
    });
}

function start(pipeline: Document[], source: DocSource, options: ReturnType<typeof mingoOptions>) {
  function* plain(): Generator<Document> {
    for (let doc = source(); doc; doc = source()) yield plainDoc(doc);
  }
  const stream = new (mingo().Aggregator)(pipeline as never, options).stream(plain() as never);
  return { next: () => stream.next() as IteratorResult<unknown> };
}
