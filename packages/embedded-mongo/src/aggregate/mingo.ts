import { createRequire } from 'node:module';
import type { Document } from 'bson';
import type { Options } from 'mingo/types';
import { MongoError } from '../errors.ts';

const require = createRequire(import.meta.url);

interface Mingo {
  Aggregator: typeof import('mingo').Aggregator;
  evalExpr: typeof import('mingo/core').evalExpr;
  context: import('mingo').Context;
  /** Names of all operators that expressions and accumulators may use. */
  known: Set<string>;
}

let loaded: Mingo | undefined;

/** Loaded when first needed: it takes 15 MB that most servers need late or never. */
export function mingo(): Mingo {
  loaded ??= load();
  return loaded;
}

/** What runs scripts or writes is not given to mingo. */
const WITHHELD = new Set(['$function', '$accumulator', '$where', '$jsonSchema', '$out', '$merge']);

function load(): Mingo {
  const { Aggregator } = require('mingo') as typeof import('mingo');
  const { Context, evalExpr } = require('mingo/core') as typeof import('mingo/core');
  const operators = (name: string): Record<string, never> => {
    const all = require(`mingo/operators/${name}`) as Record<string, never>;
    return Object.fromEntries(Object.entries(all).filter(([operator]) => !WITHHELD.has(operator)));
  };
  const ops = {
    accumulator: operators('accumulator'),
    expression: operators('expression'),
    pipeline: operators('pipeline'),
    projection: operators('projection'),
    query: operators('query'),
    window: operators('window'),
  };
  const { pipeline: _stages, ...named } = ops;
  // Names of options that look like operators.
  const known = new Set(['$each', '$literal', '$options', '$case', '$default']);
  for (const group of Object.values(named)) for (const name of Object.keys(group)) known.add(name);
  return { Aggregator, evalExpr, context: Context.init(ops), known };
}

export function mingoOptions(variables: Document, more: Partial<Options> = {}): Options {
  const own = { idKey: '_id', scriptEnabled: false, useStrictMode: true, failOnError: true };
  return { ...own, context: mingo().context, variables, ...more } as unknown as Options;
}

/** Refuses operators that mingo lacks before any document is read. */
export function refuseUnknownOperators(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) refuseUnknownOperators(item);
    return;
  }
  if (!value || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) {
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (name === '$literal') continue;
    if (name.startsWith('$') && !mingo().known.has(name)) {
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
    if (undefinedVariable) {
      throw new MongoError(17276, `Use of undefined variable: ${undefinedVariable[1]}`);
    }
    throw new MongoError('BadValue', message);
  }
}
