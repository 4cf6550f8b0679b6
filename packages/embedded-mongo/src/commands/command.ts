import { numberOf, truthy } from '../bson/convert.ts';
import { type Elem, items, readInt64, stringOf } from '../bson/raw.ts';
import { T, typeName } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { MongoError } from '../errors.ts';
import type { Deadline } from '../query/run.ts';

/** One command with its arguments, read as they are asked for. */
export interface Command {
  readonly name: string;
  readonly db: string;
  readonly engine: Engine;
  readonly options: ReadonlyMap<string, Elem>;
  readonly sequences: ReadonlyMap<string, readonly Elem[]>;
}

/** Answers a command; throws MongoError for what it refuses. */
export type Handler = (command: Command) => object;

/** Fields that any command may carry and that mean nothing to a single server. */
const EVERYWHERE = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'rawData',
]);

/** Refuses arguments that a handler would otherwise ignore, with MongoDB's code 40415. */
export function expectOptions(command: Command, ...known: string[]): void {
  for (const name of command.options.keys()) {
    if (name === command.name || known.includes(name) || EVERYWHERE.has(name)) continue;
    throw new MongoError(40415, `BSON field '${command.name}.${name}' is an unknown field.`);
  }
}

/** The collection that the command's first field names. */
export function collectionName(command: Command): string {
  const value = command.options.get(command.name)!;
  if (value.type !== T.string) {
    throw new MongoError(
      'InvalidNamespace',
      `collection name has invalid type ${typeName(value.type)}`,
    );
  }
  const name = stringOf(value);
  if (name === '')
    throw new MongoError('InvalidNamespace', `Invalid namespace specified '${command.db}.'`);
  return name;
}

function wrongType(command: Command, name: string, value: Elem, expected: string): MongoError {
  return new MongoError(
    'TypeMismatch',
    `BSON field '${command.name}.${name}' is the wrong type '${typeName(value.type)}', expected type '${expected}'`,
  );
}

function option(command: Command, name: string): Elem | undefined {
  const value = command.options.get(name);
  return value && value.type !== T.null && value.type !== T.undefined ? value : undefined;
}

export function docOption(command: Command, name: string): Elem | undefined {
  const value = option(command, name);
  if (value && value.type !== T.object) throw wrongType(command, name, value, 'object');
  return value;
}

export function arrayOption(command: Command, name: string): Elem[] | undefined {
  const sequence = command.sequences.get(name);
  if (sequence) return [...sequence];
  const value = option(command, name);
  if (!value) return undefined;
  if (value.type !== T.array) throw wrongType(command, name, value, 'array');
  return items(value);
}

export function numberOption(command: Command, name: string): number | undefined {
  const value = option(command, name);
  if (!value) return undefined;
  const number = numberOf(value);
  if (number === undefined) throw wrongType(command, name, value, 'long');
  return Math.trunc(number);
}

export function countOption(command: Command, name: string): number | undefined {
  const number = numberOption(command, name);
  if (number !== undefined && !(number >= 0)) {
    throw new MongoError(
      51024,
      `BSON field '${name}' value must be >= 0, actual value '${number}'`,
    );
  }
  return number;
}

export function boolOption(command: Command, name: string): boolean {
  const value = option(command, name);
  if (!value) return false;
  if (value.type !== T.bool && numberOf(value) === undefined)
    throw wrongType(command, name, value, 'bool');
  return truthy(value);
}

export function stringOption(command: Command, name: string): string | undefined {
  const value = option(command, name);
  if (!value) return undefined;
  if (value.type !== T.string) throw wrongType(command, name, value, 'string');
  return stringOf(value);
}

export function longOf(value: Elem): bigint {
  if (value.type === T.int64) return readInt64(value.buf, value.start);
  const number = numberOf(value);
  if (number === undefined) throw new MongoError('TypeMismatch', 'a cursor id must be a long');
  return BigInt(Math.trunc(number));
}

/** When the command must be given up, from `maxTimeMS`. */
export function deadlineOf(command: Command): Deadline | undefined {
  const ms = countOption(command, 'maxTimeMS');
  return ms ? { until: Date.now() + ms } : undefined;
}
