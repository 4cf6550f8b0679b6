/** Searches kept for another time. */
export type SavedSearch = { id: string; title: string; query: string; types: string[] };
export const SEARCHES = '/api/mitoyen/v1/saved_searches';
