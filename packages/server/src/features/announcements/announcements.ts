/** What other features may ask of the announcements feature. */
import type { Account } from '../accounts/account.ts';

export type Announcements = {
  /** As this person sees it; null where they do not. */
  present: (id: string, viewer: Account) => Promise<Record<string, unknown> | null>;
};
