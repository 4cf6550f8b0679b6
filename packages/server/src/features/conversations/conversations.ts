/** Direct messages by their participants: what other features may ask. */
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { StatusView } from '../posts/posts.ts';

export type ConversationView = {
  id: string;
  unread: boolean;
  /** The others; oneself is not listed. */
  accounts: AccountView[];
  last_status: StatusView | null;
};

export type Conversation = {
  _id: string;
  /** Sorted account ids, joined: unique. */
  key: string;
  participants: string[];
  lastPost?: string;
  lastAt: number;
  /** Participants with unread messages. */
  unread: string[];
  /** Each participant's newest message here. */
  spoke?: Record<string, string>;
  /** Participants who removed it from their list (until a new message). */
  hidden: string[];
};

export type Conversations = {
  /** Finds or makes the conversation of exactly these people (author included). */
  ensure: (participants: string[]) => Promise<Conversation>;
  /** A Mastodon `Conversation` entity; null for who does not take part. */
  present: (id: string, viewer: Account) => Promise<ConversationView | null>;
  get: (id: string) => Promise<Conversation | null>;
};
