export {
  type CollectionStats,
  checkDatabase,
  compactDatabase,
  databaseStats,
  type Progress,
} from './admin/maintain.ts';
export { createEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from './server.ts';
export { type EmbeddedMongo, type StartOptions, startEmbeddedMongo } from './start.ts';
export { FileInUseError, FormatError } from './storage/store.ts';
