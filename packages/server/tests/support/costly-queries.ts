/** What the embedded database has noted of queries that read far more than they return. */
import { MongoClient } from 'mongodb';

/** One line for each shape of query that no index served or that read ten times too much. */
export async function costlyQueries(databaseUrl: string): Promise<string[]> {
  const client = await MongoClient.connect(databaseUrl);
  try {
    const { metrics } = await client.db('admin').command({ serverStatus: 1 });
    return [...metrics.wasteful, ...metrics.unindexed].map((noted) => JSON.stringify(noted));
  } finally {
    await client.close();
  }
}
