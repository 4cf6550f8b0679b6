/** Who confirmed to have read a post that must be read, and who has seen a post at all. */
import type { WithPending } from '../../platform/pending.ts';

export type Acknowledgement = WithPending & {
  _id: string;
  post: string;
  account: string;
  at: number;
};

export type Seen = { _id: string; post: string; account: string; at: number };

/** How many confirmed, and whether the viewer did. */
export type Confirmed = { count: number; me: boolean };
