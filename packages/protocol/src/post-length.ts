/** How long a post is, as Mastodon and its apps count: an address is as long as any other, a name without its server. */
export const CHARACTERS_PER_URL = 23;
/** What is beyond this of an address counts, so that a short post stays a small one. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]{1,500}/gi;
const REMOTE_NAME = /(^|[^\w/@])@(\w[\w.-]{0,60})@[\w-]+(?:\.[\w-]+)*/g;

/** Characters (code points) that count against the limit of a post. */
export function postLength(text: string): number {
  const counted = text
    .replace(ADDRESS, 'x'.repeat(CHARACTERS_PER_URL))
    .replace(REMOTE_NAME, '$1@$2');
  return [...counted].length;
}
