/** Words as the index keeps them: without accents and case, cut to their French and English stems. */
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemFrench } from '@orama/stemmers/french';
import { createBoundedCache } from '../../platform/bounded-cache.ts';

const FRENCH =
  'le la les un une des du de et est sont dans pour pas que qui ne sur au aux avec ce cette ces nous vous ils elle elles mais ou où par plus se sa son ses leur leurs je tu il on en été être à y';
const ENGLISH =
  'the a an and is are in for not that which of on at with this these we you they she he it but or by more his her their i to be was were as from has have our your will';
const frenchStops = new Set(FRENCH.split(' ').map(fold));
const englishStops = new Set(ENGLISH.split(' '));

/** A word beyond it is cut: no name or number is longer. */
const MOST_LETTERS = 40;
/** Words of one language that the other has none of, before a text is taken to be in it. */
const SURE = 3;

export type Language = 'fr' | 'en' | 'unknown';

/** Small letters without accents: how both sides of a comparison are written. */
export function fold(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l');
}

/** The words of a text in their order, folded; "l'équipe" is "l" and "equipe". */
export function wordsOf(text: string): string[] {
  return rawWords(text).map(fold);
}

/** Told by its small words alone; what people's apps declare is often wrong. */
export function languageOf(text: string): Language {
  const words = wordsOf(text);
  const count = (stops: Set<string>, others: Set<string>) =>
    words.filter((word) => stops.has(word) && !others.has(word)).length;
  const french = count(frenchStops, englishStops);
  const english = count(englishStops, frenchStops);
  if (french >= SURE && english === 0) return 'fr';
  if (english >= SURE && french === 0) return 'en';
  return 'unknown';
}

/** The terms under which a text is found. A text in no sure language is found by either stem. */
export function termsOf(text: string): string[] {
  const language = languageOf(text);
  const terms = new Set<string>();
  for (const word of rawWords(text)) {
    if (isSmall(fold(word))) continue;
    for (const term of formsOf(word, language)) terms.add(term);
  }
  return [...terms];
}

/** A language has few words that are used much: most need not be cut to their stem again. */
const known = createBoundedCache<string, string[]>(20_000);

/** The terms that one word asked for may be kept under, in any language. */
export function formsOf(word: string, language: Language = 'unknown'): string[] {
  const key = `${language} ${word}`;
  const found = known.get(key) ?? stem(word, language);
  known.set(key, found);
  return found;
}

function stem(word: string, language: Language): string[] {
  const plain = fold(word);
  // A stemmer may or may not know a word without its accents, and people leave them out.
  const written = [...new Set([word.toLowerCase().normalize('NFC'), plain])];
  const french = language === 'en' ? [] : written.map((one) => fold(stemFrench(one)));
  const english = language === 'fr' ? [] : [stemEnglish(plain)];
  return [...new Set([...french, ...english, ...(language === 'unknown' ? [plain] : [])])];
}

/** Words so common that nobody looks for them. */
export function isSmall(folded: string): boolean {
  return (
    frenchStops.has(folded) || englishStops.has(folded) || /^[a-z]$/.test(folded) || folded === ''
  );
}

function rawWords(text: string): string[] {
  return (text.normalize('NFC').match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []).map((word) =>
    word.slice(0, MOST_LETTERS),
  );
}
