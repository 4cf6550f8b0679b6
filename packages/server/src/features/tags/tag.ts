/** Hashtags that somebody follows, or shows on the own profile. */
export type TagRow = { _id: string; account: string; tag: string; at: number };

export const MOST_FOLLOWED_TAGS = 500;
export const MOST_FEATURED_TAGS = 10;

const TAG = /^[\p{L}\p{N}_·]{1,100}$/u;

/** As posts hold it: without the sign and in lower case; null where it is no hashtag. */
export function normaliseTag(name: string): string | null {
  const tag = name.trim().replace(/^#/, '').normalize('NFKC').toLowerCase();
  return TAG.test(tag) && !/^[\p{N}_]+$/u.test(tag) ? tag : null;
}
