/** What other features may tell the freshness feature: it then looks again, in its own time. */
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';

export type Freshness = {
  /** Somebody elsewhere did something, or is being looked at. Cheap; never throws. */
  profileSeen: (account: Account) => void;
  /** Somebody here reads a thread. Cheap; never throws. */
  threadOpened: (post: Post) => void;
};
