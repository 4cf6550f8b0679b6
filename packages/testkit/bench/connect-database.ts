import { MongoClient } from 'mongodb';
import type { Instance } from '../src/index.ts';

/** The bench's own road into the embedded database. */
export async function connectDatabase(instance: Instance): Promise<MongoClient> {
  const socket = `${instance.dataDir}/run/mongo.sock`;
  return MongoClient.connect(`mongodb://${encodeURIComponent(socket)}`);
}
