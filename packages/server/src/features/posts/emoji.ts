/** What people can react with. */
import { LIKE } from './post.ts';

const CUSTOM = /^:[a-zA-Z0-9_-]{1,50}:$/;
const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
const MOST_CODE_UNITS = 40;

/**
 * One emoji in the form that Unicode recommends for interchange (some send ❤ without its
 * variation selector), a like, or the name of a remote custom one; null for anything else.
 */
export function normaliseEmoji(text: string): string | null {
  const emoji = text.trim();
  if (emoji === LIKE || CUSTOM.test(emoji)) return emoji;
  if (emoji.length > MOST_CODE_UNITS) return null;
  return [emoji, `${emoji}\ufe0f`].find((one) => ONE_EMOJI.test(one)) ?? null;
}
