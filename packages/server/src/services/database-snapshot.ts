/** The database as it was at one moment, read while the server goes on. */
import { constants } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@mitoyen/embedded-mongo/start';
import { type ClientSession, type Db, MongoClient } from 'mongodb';
import type { Config } from '../config-schema.ts';
import { ServiceError } from './service-error.ts';
import { socketFolder } from './socket-paths.ts';

export type DatabaseSnapshot = {
  db: Db;
  /** Of a replica set: reads in it all see the same moment. */
  session?: ClientSession;
  /** False for a MongoDB without replica set, which knows no such moment. */
  consistent: boolean;
  close: () => Promise<void>;
};

/** Longer than any copy of a file takes. */
const HOLD_SECONDS = 3600;

export async function snapshotDatabase(
  config: Config,
  databaseUrl: string,
): Promise<DatabaseSnapshot> {
  const client = await MongoClient.connect(databaseUrl, { serverSelectionTimeoutMS: 10_000 });
  const { name } = config.database;
  if (config.database.url) return ofMongo(client, name);
  try {
    return await ofCopy(client, config);
  } finally {
    await client.close();
  }
}

async function ofMongo(client: MongoClient, name: string): Promise<DatabaseSnapshot> {
  const hello = await client.db('admin').command({ hello: 1 });
  const knowsMoments = hello.setName !== undefined || hello.msg === 'isdbgrid';
  const session = knowsMoments ? client.startSession({ snapshot: true }) : undefined;
  return {
    db: client.db(name),
    ...(session && { session }),
    consistent: knowsMoments,
    close: async () => {
      await session?.endSession();
      await client.close();
    },
  };
}

/** The file is copied while it is held, and a second database serves the copy. */
async function ofCopy(client: MongoClient, config: Config): Promise<DatabaseSnapshot> {
  const folder = await mkdtemp(join(config.data_dir, 'backup-'));
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'copy.db');
    await copyHeld(client, file);
    const socketPath = join(socketFolder(folder), 'mongo.sock');
    const database = await startEmbeddedMongo({ file, socketPath });
    const reader = await MongoClient.connect(database.url);
    return {
      db: reader.db(config.database.name),
      consistent: true,
      close: async () => {
        await reader.close();
        await database.stop();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function copyHeld(client: MongoClient, to: string): Promise<void> {
  const admin = client.db('admin');
  const { file } = await admin.command({ holdFile: 1, seconds: HOLD_SECONDS });
  try {
    await copyFile(String(file), to, constants.COPYFILE_FICLONE);
  } catch (error) {
    await admin.command({ releaseFile: 1 });
    throw error;
  }
  const { held } = await admin.command({ releaseFile: 1 });
  if (!held) throw new ServiceError('The copy of the database took too long; try again.');
}
