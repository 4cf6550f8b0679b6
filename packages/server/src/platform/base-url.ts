/** The address is part of every id, so it is kept at first start and never changes after. */
import type { Mongo } from './mongo.ts';

/** The server was set up under another address. One sentence for the admin. */
export class BaseUrlError extends Error {
  override name = 'BaseUrlError';
}

/** @throws BaseUrlError where this database belongs to another address */
export async function keepBaseUrl(mongo: Mongo, baseUrl: string): Promise<void> {
  const meta = mongo.collection<{ _id: string; baseUrl: string }>('meta');
  const kept = await meta.findOneAndUpdate(
    { _id: 'instance' },
    { $setOnInsert: { baseUrl } },
    { upsert: true, returnDocument: 'after' },
  );
  if (kept && kept.baseUrl !== baseUrl) {
    throw new BaseUrlError(
      `This data belongs to ${kept.baseUrl}, but instance.base_url is ${baseUrl}. The address is part of every id and can never change: set instance.base_url back, or start with another data_dir.`,
    );
  }
}
