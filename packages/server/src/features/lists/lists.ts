/** What other features may ask of the lists feature. */
import type { RepliesPolicy } from './list.ts';

/** What a list shows. */
export type ListSource = { people: string[]; groups: string[]; replies: RepliesPolicy };

export type Lists = {
  /** Of the owner's own list, or of a group that they are a member of; null for anything else. */
  source: (owner: string, id: string) => Promise<ListSource | null>;
  /** People and groups that the owner reads in a list only, not in the home feed. */
  readElsewhere: (owner: string) => Promise<Set<string>>;
  /** Lists, of any owner, that hold this account. */
  holding: (account: string) => Promise<{ list: string; owner: string }[]>;
};
