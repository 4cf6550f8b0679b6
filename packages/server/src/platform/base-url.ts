/** The address is part of every id and handle, so it is kept at first start and never changes after. */
import type { Mongo } from './mongo.ts';

/** The server was set up under another address. One sentence for the admin. */
export class BaseUrlError extends Error {
  override name = 'BaseUrlError';
}

type Kept = { _id: string; baseUrl: string; accountDomain?: string };

/** @throws BaseUrlError where this database belongs to another address, or other handles */
export async function keepBaseUrl(
  mongo: Mongo,
  { baseUrl, accountDomain }: { baseUrl: string; accountDomain: string },
): Promise<void> {
  const meta = mongo.collection<Kept>('meta');
  const kept = await meta.findOneAndUpdate(
    { _id: 'instance' },
    { $setOnInsert: { baseUrl, accountDomain } },
    { upsert: true, returnDocument: 'after' },
  );
  if (!kept) return;
  if (kept.baseUrl !== baseUrl) {
    throw new BaseUrlError(
      `This data belongs to ${kept.baseUrl}, but instance.base_url is ${baseUrl}. The address is part of every id and can never change: set instance.base_url back, or start with another data_dir.`,
    );
  }
  // Where it was started before there was such a setting, people are called by the web host.
  const named = kept.accountDomain ?? new URL(kept.baseUrl).host;
  if (named !== accountDomain) {
    throw new BaseUrlError(
      `People here are known as @name@${named}, but instance.account_domain makes it @name@${accountDomain}. Other servers would take them for others, so it can never change: set instance.account_domain back, or start with another data_dir.`,
    );
  }
}
