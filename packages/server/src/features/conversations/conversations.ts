/** Direct messages by their participants: what other features may ask. */
import type { TalkFacts } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { StatusView } from '../posts/posts.ts';

export type ConversationView = {
  id: string;
  unread: boolean;
  /** The others; oneself is not listed. */
  accounts: AccountView[];
  last_status: StatusView | null;
  mitoyen: {
    /** Whether it has a name and people who come and go; else it is of exactly these people. */
    group_chat: boolean;
    name: string | null;
    /** Counted to 100. */
    unread_count: number;
  };
};

export type Conversation = {
  _id: string;
  /** Sorted account ids, joined: unique. Of a group chat its id on the wire. */
  key: string;
  participants: string[];
  lastPost?: string;
  lastAt: number;
  /** Participants with unread messages. */
  unread: string[];
  /** Each participant's newest message here. */
  spoke?: Record<string, string>;
  /** Of a group chat: its id on the wire, its name, and each person's last coming or going. */
  iri?: string;
  name?: string;
  namedAt?: number;
  people?: Record<string, { in: boolean; at: number }>;
  /** The newest message when each last said that all is read. */
  readUpTo?: Record<string, string>;
  /** Participants who removed it from their list (until a new message). */
  hidden: string[];
};

/** What a message from elsewhere says of the conversation that it is in. */
export type MessageFacts = {
  author: string;
  /** Whom it is for, with its author. */
  participants: string[];
  /** Their servers. */
  hosts: string[];
  at: number;
  talk?: TalkFacts;
  context?: string;
  /** Of the message that it answers. */
  parentConversation?: string;
};

export type Conversations = {
  /** The group chat that a message from elsewhere belongs to; begins it where that is its first. */
  findTalk: (message: MessageFacts) => Promise<Conversation | null>;
  /** Finds or makes the conversation of exactly these people (author included). */
  ensure: (participants: string[]) => Promise<Conversation>;
  /** A Mastodon `Conversation` entity; null for who does not take part. */
  present: (id: string, viewer: Account) => Promise<ConversationView | null>;
  get: (id: string) => Promise<Conversation | null>;
};
