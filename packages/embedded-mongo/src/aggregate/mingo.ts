import type { Document } from 'bson';
import { Aggregator } from 'mingo';
import { Context, evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import * as queries from 'mingo/operators/query';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { MongoError } from '../errors.ts';

export { Aggregator, evalExpr };

const scriptable = new Set([
  '$function',
  '$accumulator',
  '$where',
  '$jsonSchema',
  '$out',
  '$merge',
]);

function operators<Ops extends object>(ops: Ops): Ops {
  return Object.fromEntries(Object.entries(ops).filter(([name]) => !scriptable.has(name))) as Ops;
}

/** All of mingo's operators but those that run scripts or write. */
const context = Context.init({
  accumulator: operators(accumulators) as never,
  expression: operators(expressions) as never,
  pipeline: operators(stages) as never,
  projection: operators(projections) as never,
  query: operators(queries) as never,
  window: operators(windows) as never,
});

const KNOWN = new Set(
  [accumulators, expressions, projections, queries, windows].flatMap((ops) =>
    Object.keys(operators(ops)),
  ),
);
/** Options that look like operators. */
for (const name of ['$each', '$literal', '$options', '$case', '$default']) KNOWN.add(name);

export function mingoOptions(variables: Document, more: Partial<Options> = {}): Options {
  return {
    idKey: '_id',
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    context,
    variables,
    ...more,
  } as unknown as Options;
}

/** Refuses operators that mingo lacks before any document is read. */
export function refuseUnknownOperators(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) refuseUnknownOperators(item);
    return;
  }
  if (!value || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === '$literal') continue;
    if (name.startsWith('$') && !KNOWN.has(name)) {
      throw new MongoError(168, `Unrecognized expression '${name}'`);
    }
    refuseUnknownOperators(inner);
  }
}

/** Turns mingo's plain errors into ones with a code. */
export function translateErrors<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (error instanceof MongoError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const undefinedVariable = /Use of undefined variable: (\S+)/.exec(message);
    if (undefinedVariable)
      throw new MongoError(17276, `Use of undefined variable: ${undefinedVariable[1]}`);
    throw new MongoError('BadValue', message);
  }
}
