/** Reports to the moderators: types and pure rules. */
import type { WithPending } from '../../platform/pending.ts';

export const CATEGORIES = ['spam', 'legal', 'violation', 'other'] as const;
export type Category = (typeof CATEGORIES)[number];

export type Report = WithPending & {
  _id: string;
  /** The id of the Flag: ours if it is forwarded, theirs if it came in. */
  iri: string;
  /** Who reports; of an inbound report the remote actor that sent it. */
  by: string;
  /** Of inbound reports. */
  byHost?: string;
  target: string;
  posts: string[];
  comment: string;
  category: Category;
  /** Rules of this house that it breaks, as they were then. */
  rules?: { id: string; text: string }[];
  /** The reporter wants the other server's moderators to know too. */
  forward: boolean;
  state: 'open' | 'resolved';
  /** Which moderator looks into it, and what they wrote down. */
  assignee?: string;
  notes?: { by: string; at: number; text: string }[];
  resolvedBy?: string;
  resolvedAt?: number;
  createdAt: number;
  updatedAt: number;
};

export const COMMENT_CHARACTERS = 1000;
export const MOST_POSTS = 50;
export const MOST_NOTES = 100;
/** A remote comment is cut, not refused: the report matters more than its words. */
export const REMOTE_COMMENT_CHARACTERS = 3000;
