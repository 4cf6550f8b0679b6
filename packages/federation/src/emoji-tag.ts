/** Custom emojis as Mastodon writes them. */
import type { JsonObject } from './json.ts';

/** A custom emoji; `name` without its colons. */
export type EmojiFacts = { id: string; name: string; url: string; updated: string };

/** An `Emoji` tag (toot:Emoji). */
export function emojiTag({ id, name, url, updated }: EmojiFacts): JsonObject {
  return {
    id,
    type: 'Emoji',
    name: `:${name}:`,
    updated,
    icon: { type: 'Image', mediaType: 'image/webp', url },
  };
}
