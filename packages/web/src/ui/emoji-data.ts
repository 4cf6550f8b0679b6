/** Names of emojis in the reader's language, from our own server, loaded when first wanted. */
import english from 'emoji-picker-element-data/en/emojibase/data.json?url';
import french from 'emoji-picker-element-data/fr/emojibase/data.json?url';
import type { Locale } from '../i18n/i18n.svelte.ts';

export type Emoji = { emoji: string; name: string; words: string };
type Row = {
  emoji: string;
  annotation: string;
  tags?: string[];
  shortcodes?: string[];
  group: number;
};

const FILES: Record<Locale, string> = { en: english, fr: french };
const loaded = new Map<Locale, Promise<Emoji[]>>();

export function loadEmojis(locale: Locale): Promise<Emoji[]> {
  const known = loaded.get(locale) ?? read(FILES[locale]);
  loaded.set(locale, known);
  return known;
}

async function read(file: string): Promise<Emoji[]> {
  const rows = (await (await fetch(file)).json()) as Row[];
  return rows.map((row) => ({
    emoji: row.emoji,
    name: row.annotation,
    words: [row.annotation, ...(row.tags ?? []), ...(row.shortcodes ?? [])].join(' ').toLowerCase(),
  }));
}
