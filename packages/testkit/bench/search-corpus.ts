/**
 * Posts in French and English as people write them: few words very often, most words seldom
 * (Zipf), each with its endings. Always the same, so that two runs can be compared.
 */
const FRENCH_SMALL =
  'le la les un une des du de et est dans pour pas que qui ne sur au avec ce nous vous';
const ENGLISH_SMALL = 'the a and is are in for not that which of on at with this we you they it';
const FRENCH_ROOTS =
  'réun cantin sociét chanti équip factur livr march fournis budget dossi carrièr pierr contrôl régl mont achev vendr prépar signal';
const ENGLISH_ROOTS =
  'meet build quarr invoic deliver market suppli budget check measur prepar sign report schedul design manag plann review order train';
const FRENCH_MIDDLES = ['', 'at', 'ill', 'on', 'iss', 'ett', 'ard', 'in', 'ot', 'el'];
const ENGLISH_MIDDLES = ['', 'er', 'at', 'ish', 'en', 'al', 'it', 'ow', 'ard', 'om'];
const FRENCH_ENDINGS = ['e', 'es', 'er', 'ions', 'ement', 'é', 'ées', 'eur', 'eurs', 'ait'];
const ENGLISH_ENDINGS = ['', 's', 'ing', 'ed', 'er', 'ers', 'ment', 'able', 'ly', 'ness'];
const FIRSTS = ['', 'tra', 'sur', 'pré', 'con', 'dé', 'par', 'en', 'mi', 'bro'];

export function createWriter() {
  const random = createRandom(7);
  const french = wordsFrom(FRENCH_ROOTS, FRENCH_MIDDLES, FRENCH_ENDINGS);
  const english = wordsFrom(ENGLISH_ROOTS, ENGLISH_MIDDLES, ENGLISH_ENDINGS);
  /** By its rank: the tenth word is ten times rarer than the first. */
  const zipf = (words: string[]) => words[Math.floor(words.length ** random()) - 1] ?? words[0];
  const oneOf = (words: string[]) => words[Math.floor(random() * words.length)];

  return {
    write: (): string => {
      const [words, small] =
        random() < 0.5 ? [french, FRENCH_SMALL.split(' ')] : [english, ENGLISH_SMALL.split(' ')];
      const length = 8 + Math.floor(random() * 60);
      return Array.from({ length }, () => (random() < 0.45 ? oneOf(small) : zipf(words))).join(' ');
    },
    common: (): string => (random() < 0.5 ? french : english)[Math.floor(random() * 40)] ?? '',
    rare: (): string =>
      (random() < 0.5 ? french : english)[2000 + Math.floor(random() * 8000)] ?? '',
  };

  function wordsFrom(roots: string, middles: string[], endings: string[]): string[] {
    const all = FIRSTS.flatMap((first) =>
      roots
        .split(' ')
        .flatMap((root) =>
          middles.flatMap((middle) => endings.map((ending) => first + root + middle + ending)),
        ),
    );
    return all
      .map((word) => ({ word, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ word }) => word);
  }
}

/** A small generator with a seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
