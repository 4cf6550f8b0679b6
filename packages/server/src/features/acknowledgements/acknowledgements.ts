/** What other features may ask of the acknowledgements feature. */
import type { Confirmed } from './acknowledgement.ts';

export type Acknowledgements = {
  /** For posts that must be read. */
  among: (posts: string[], viewer: string | null) => Promise<Map<string, Confirmed>>;
  /** Of these people, those who confirmed this post. */
  confirmedBy: (post: string, accounts: string[]) => Promise<Set<string>>;
  /** Somebody elsewhere confirmed; idempotent. */
  receive: (post: string, account: string) => Promise<void>;
  purge: (posts: string[]) => Promise<void>;
};
