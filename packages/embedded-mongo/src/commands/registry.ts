import { aggregate } from './aggregate.ts';
import {
  collMod,
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  renameCollection,
} from './collections.ts';
import type { Handler } from './command.ts';
import { count, distinct } from './count.ts';
import { remove } from './delete.ts';
import { explain } from './explain.ts';
import { find, getMore, killCursors } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { buildInfo, connectionStatus, hello, hostInfo, ping } from './hello.ts';
import { holdFile, releaseFile } from './hold-file.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { collStats, dbStats, serverStatus, validate } from './stats.ts';
import { update } from './update.ts';

/** Sessions mean nothing to a single server without transactions: ending one is a no-op. */
const sessions: Handler = () => ({ ok: 1 });

/** Every command that is answered; all others are refused with CommandNotFound. */
export const COMMANDS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['hello', hello],
  ['isMaster', hello],
  ['ismaster', hello],
  ['ping', ping],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['connectionStatus', connectionStatus],
  ['hostInfo', hostInfo],
  ['endSessions', sessions],
  ['refreshSessions', sessions],
  ['insert', insert],
  ['find', find],
  ['getMore', getMore],
  ['killCursors', killCursors],
  ['update', update],
  ['delete', remove],
  ['findAndModify', findAndModify],
  ['findandmodify', findAndModify],
  ['count', count],
  ['distinct', distinct],
  ['aggregate', aggregate],
  ['create', create],
  ['drop', drop],
  ['dropDatabase', dropDatabase],
  ['renameCollection', renameCollection],
  ['collMod', collMod],
  ['listCollections', listCollections],
  ['listDatabases', listDatabases],
  ['createIndexes', createIndexes],
  ['dropIndexes', dropIndexes],
  ['listIndexes', listIndexes],
  ['explain', explain],
  ['serverStatus', serverStatus],
  ['dbStats', dbStats],
  ['dbstats', dbStats],
  ['collStats', collStats],
  ['collstats', collStats],
  ['validate', validate],
  ['holdFile', holdFile],
  ['releaseFile', releaseFile],
]);

/**
 * Commands whose answer says that something is stored (or is there already). Whatever else
 * writes (an aggregation into a collection) is known by what it did.
 */
export const WRITES: ReadonlySet<string> = new Set([
  'insert',
  'update',
  'delete',
  'findAndModify',
  'findandmodify',
  'create',
  'drop',
  'dropDatabase',
  'renameCollection',
  'collMod',
  'createIndexes',
  'dropIndexes',
]);
