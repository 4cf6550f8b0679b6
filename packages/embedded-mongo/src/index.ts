export { dumpDatabase } from './admin/dump.ts';
export { loadDatabase } from './admin/load.ts';
export {
  type CollectionStats,
  checkDatabase,
  compactDatabase,
  databaseStats,
  type Progress,
} from './admin/maintain.ts';
export { type Manifest, type Summary, TransferError } from './admin/transfer.ts';
export { createEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from './server.ts';
export { type EmbeddedMongo, type StartOptions, startEmbeddedMongo } from './start.ts';
export { FileInUseError, FormatError } from './storage/file-errors.ts';
