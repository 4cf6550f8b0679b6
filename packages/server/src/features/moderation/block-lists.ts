/** Block lists: what the command line and the API do with them. */
import type { Comparison } from './compare-blocks.ts';

/** A list at an address that is looked at again every day. Nothing of it applies by itself. */
export type BlockListSubscription = {
  _id: string;
  url: string;
  by: string;
  createdAt: number;
  /** When it was last asked for, and what it said then. */
  checkedAt?: number;
  csv?: string;
  csvDigest?: string;
  error?: string;
  /** The state of the list that an admin has looked at last. */
  reviewedDigest?: string;
  reviewedAt?: number;
};

export type Applied = { blocked: number; changed: number; lifted: number; skipped: number };

export type BlockLists = {
  /** All blocks in Mastodon's CSV. */
  exportCsv: () => Promise<string>;
  /** What importing this text would change. */
  compare: (csv: string) => Promise<Comparison>;
  importCsv: (csv: string, by: string, options: { partners?: string[] }) => Promise<Applied>;
  subscriptions: () => Promise<BlockListSubscription[]>;
  /** Remembers the address and fetches the list; nothing of it applies before a review. */
  subscribe: (url: string, by: string) => Promise<BlockListSubscription>;
  /** Takes the address away; what it has blocked stays, as blocks of the admins. */
  unsubscribe: (id: string, by: string) => Promise<void>;
  check: (id: string) => Promise<BlockListSubscription>;
  review: (id: string) => Promise<Comparison>;
  /** Applies what the review showed, or of that only these hosts. */
  apply: (
    id: string,
    by: string,
    options: { only?: string[]; partners?: string[]; digest?: string },
  ) => Promise<Applied>;
};
