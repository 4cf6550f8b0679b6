/** What other features may ask of the tags feature. */
export type Tags = {
  /** Hashtags whose public posts come into this person's home feed. */
  followedBy: (account: string) => Promise<string[]>;
};
