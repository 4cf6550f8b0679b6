/** A post that waits for its time. */
import type { Account } from '../accounts/account.ts';
import type { NewEvent } from '../posts/event.ts';
import type { NewPoll } from '../posts/poll.ts';
import type { Audience } from '../posts/post.ts';
import type { NewPraise } from '../posts/praise.ts';
import type { QuotePolicy } from '../posts/quote.ts';

/** What will be posted, as `publish` takes it but for its author. */
export type ScheduledContent = {
  text: string;
  warning?: string;
  sensitive?: boolean;
  language?: string;
  media: string[];
  audience: Audience;
  group?: string;
  inReplyTo?: string;
  quote?: string;
  quotePolicy?: QuotePolicy;
  poll?: NewPoll;
  event?: NewEvent;
  praise?: NewPraise;
  mustRead?: boolean;
  conversation?: string;
};

export type ScheduledPost = {
  _id: string;
  account: string;
  content: ScheduledContent;
  /** When it is to appear: milliseconds since the epoch. */
  at: number;
  /** When it is tried (again); absent: it failed for good. */
  dueAt?: number;
  /** It is being posted: its author may neither move nor drop it any more. */
  publishing?: true;
  /** Why it could not be posted. */
  failure?: string;
  idempotencyKey?: string;
  createdAt: number;
};

export type ScheduledView = { id: string; scheduled_at: string } & Record<string, unknown>;

export type Scheduled = {
  /** Keeps a post for later; AppError where it would be refused already now, with every problem of its text at once. */
  schedule: (post: {
    author: Account;
    content: ScheduledContent;
    at: number;
    idempotencyKey?: string;
  }) => Promise<ScheduledView>;
};
