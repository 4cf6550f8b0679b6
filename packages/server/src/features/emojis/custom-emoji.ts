/** Small pictures of the house's own, written as `:name:`. */
export type CustomEmoji = {
  _id: string;
  /** Without the colons. */
  shortcode: string;
  category?: string;
  /** Offered by apps; what is not is shown where it was used. */
  visible: boolean;
  /** The picture: a media id. */
  media: string;
  createdAt: number;
  updatedAt: number;
};

export const SHORTCODE = /^[a-zA-Z0-9_]{2,50}$/;
export const MOST_EMOJIS = 2000;
/** Of another server, kept of one post or profile. */
export const MOST_REMEMBERED = 20;
/** Different ones shown in one text. */
const MOST_IN_TEXT = 50;

/** Names that a text may mean: letters, digits and underscores between colons. */
export function shortcodesIn(...texts: string[]): string[] {
  const found = texts.flatMap((text) =>
    [...text.matchAll(/(?<![a-zA-Z0-9_]):([a-zA-Z0-9_]{2,50}):(?![a-zA-Z0-9_])/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  return [...new Set(found)].slice(0, MOST_IN_TEXT);
}
