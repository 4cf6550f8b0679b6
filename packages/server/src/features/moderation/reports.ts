/** What other features may ask about reports. */
import type { Account } from '../accounts/account.ts';

export type Reports = {
  /** Mastodon's `Report` by id; nothing to who is no moderator or admin. */
  present: (ids: string[], viewer: Account) => Promise<Map<string, object>>;
};
