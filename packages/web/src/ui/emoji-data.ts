/** Emojis by group, with their names in the reader's language and their tones, from our own server, loaded when first wanted. */
import english from 'emoji-picker-element-data/en/emojibase/data.json?url';
import french from 'emoji-picker-element-data/fr/emojibase/data.json?url';
import type { Locale } from '../i18n/i18n.svelte.ts';

export type Emoji = {
  emoji: string;
  name: string;
  words: string;
  group: number;
  /** The same in five tones of skin, by their number from 1. */
  tones: string[];
};
type Row = {
  emoji: string;
  annotation: string;
  tags?: string[];
  shortcodes?: string[];
  group: number;
  skins?: { emoji: string; tone: number }[];
};

const FILES: Record<Locale, string> = { en: english, fr: french };
const loaded = new Map<Locale, Promise<Emoji[]>>();

export function loadEmojis(locale: Locale): Promise<Emoji[]> {
  const known = loaded.get(locale) ?? read(FILES[locale]);
  loaded.set(locale, known);
  // Not kept where it failed: tried again the next time.
  known.catch(() => loaded.delete(locale));
  return known;
}

export function inTone({ emoji, tones }: Emoji, tone: number): string {
  return tones[tone - 1] ?? emoji;
}

async function read(file: string): Promise<Emoji[]> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  const rows = (await answer.json()) as Row[];
  return rows.map((row) => ({
    emoji: row.emoji,
    name: row.annotation,
    words: [row.annotation, ...(row.tags ?? []), ...(row.shortcodes ?? [])].join(' ').toLowerCase(),
    group: row.group,
    // Those of one tone alone: pairs of two tones are not asked for.
    tones: (row.skins ?? [])
      .filter((skin) => typeof skin.tone === 'number')
      .map((skin) => skin.emoji),
  }));
}
