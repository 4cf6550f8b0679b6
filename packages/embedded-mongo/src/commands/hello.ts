import { ObjectId } from 'bson';
import { MAX_DOCUMENT } from '../storage/collection.ts';
import { MAX_MESSAGE } from '../wire/message.ts';
import type { Handler } from './command.ts';
import { MAX_BATCH } from './insert.ts';

/** The MongoDB release whose behaviour the engine follows. */
export const VERSION = '7.0.0';
const WIRE_VERSION = 21;
const processId = new ObjectId();

/** `hello` and its older names: what drivers need to know before anything else. */
export const hello: Handler = (command) => ({
  helloOk: true,
  isWritablePrimary: true,
  // The older spelling is what drivers read when they asked by it.
  ...(command.name === 'hello' ? {} : { ismaster: true }),
  maxBsonObjectSize: MAX_DOCUMENT,
  maxMessageSizeBytes: MAX_MESSAGE,
  maxWriteBatchSize: MAX_BATCH,
  localTime: new Date(command.engine.now()),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: WIRE_VERSION,
  readOnly: false,
  ...(command.options.has('saslSupportedMechs') ? { saslSupportedMechs: ['SCRAM-SHA-256'] } : {}),
  ok: 1,
});

export const ping: Handler = () => ({ ok: 1 });

export const buildInfo: Handler = () => ({
  version: VERSION,
  versionArray: [7, 0, 0, 0],
  gitVersion: 'mitoyen-embedded',
  modules: ['mitoyen-embedded'],
  sysInfo: 'deprecated',
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT,
  storageEngines: ['sqlite'],
  ok: 1,
});

export const connectionStatus: Handler = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
  ok: 1,
});

export const hostInfo: Handler = ({ engine }) => ({
  system: { currentTime: new Date(engine.now()), hostname: 'localhost', cpuAddrSize: 64 },
  os: { type: process.platform, name: process.platform, version: process.version },
  processId,
  ok: 1,
});
