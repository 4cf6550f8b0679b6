/** A search that somebody kept under a name. */
export type SavedSearch = {
  _id: string;
  account: string;
  title: string;
  /** As typed, with its operators (`from:`, `in:` ...). */
  query: string;
  /** Kinds of results; empty: all. */
  types: string[];
  createdAt: number;
  updatedAt: number;
};

export const MOST_SAVED = 100;
export const RESULT_TYPES = ['accounts', 'statuses', 'hashtags', 'groups', 'files'] as const;
