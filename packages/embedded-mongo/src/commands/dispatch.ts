import { numberOf } from '../bson/convert.ts';
import { fields, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { MongoError } from '../errors.ts';
import type { Request } from '../wire/message.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './registry.ts';

/** Reads the command out of a request. */
export function commandOf(request: Request, engine: Engine): Command {
  const options = new Map(fields(request.body));
  const [name] = options.keys();
  if (name === undefined) throw new MongoError('BadValue', 'an empty command');
  const db = options.get('$db');
  const named = db?.type === T.string ? stringOf(db) : request.db;
  if (named === undefined)
    throw new MongoError('BadValue', 'OP_MSG requests require a $db argument');
  return { name, db: named, engine, options, sequences: request.sequences };
}

/** Carries a command out; every refusal is a MongoError. */
export function runCommand(command: Command): object {
  const handler = COMMANDS.get(command.name);
  if (!handler) throw new MongoError('CommandNotFound', `no such command: '${command.name}'`);
  refuseTransactions(command);
  refuseReplication(command);
  const { commands } = command.engine.metrics;
  commands.set(command.name, (commands.get(command.name) ?? 0) + 1);
  return handler(command);
}

/** A standalone server has neither transactions nor retryable writes. */
function refuseTransactions({ options }: Command): void {
  if (options.has('txnNumber') || options.has('startTransaction') || options.has('autocommit')) {
    throw new MongoError(
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    );
  }
}

/** More acknowledgement than one server can give is refused, as a standalone mongod does. */
function refuseReplication({ options }: Command): void {
  const concern = options.get('writeConcern');
  const w =
    concern?.type === T.object ? fields(concern).find(([name]) => name === 'w')?.[1] : undefined;
  const wanted = numberOf(w);
  if (wanted !== undefined && wanted > 1) {
    throw new MongoError('BadValue', "cannot use 'w' > 1 when a host is not replicated");
  }
}

/** What the client is told about an error. */
export function errorReply(error: unknown): object {
  if (error instanceof MongoError) return error.toReply();
  const code = (error as { errcode?: number }).errcode;
  // SQLITE_FULL and the write errors of SQLITE_IOERR.
  if (code === 13 || (code !== undefined && (code & 0xff) === 10)) {
    return new MongoError(
      'OutOfDiskSpace',
      `the database cannot write: ${(error as Error).message}`,
    ).toReply();
  }
  return new MongoError('InternalError', `internal error: ${(error as Error).message}`).toReply();
}
