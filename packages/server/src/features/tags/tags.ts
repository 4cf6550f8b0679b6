/** What other features may ask of the tags feature. */
import type { TagView } from './view-tags.ts';

export type Tags = {
  /** Hashtags whose public posts come into this person's home feed. */
  followedBy: (account: string) => Promise<string[]>;
  /** Mastodon's `Tag` of each name, as this person has it. */
  present: (names: string[], account: string) => Promise<TagView[]>;
};
