/** What other features may ask of the search feature. */
export type Search = {
  /** Posts that are gone are found no more. */
  forget: (posts: string[]) => Promise<void>;
};
