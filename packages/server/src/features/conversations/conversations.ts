/** Direct messages by their participants: what other features may ask. */
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
  get: (id: string) => Promise<Conversation | null>;
};
