import { numberOf, truthy } from '../bson/convert.ts';
import type { Fold } from '../bson/key.ts';
import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';

/** A way to compare strings other than byte by byte. */
export interface Collation {
  readonly locale: string;
  readonly strength: number;
  /** Two strings that the collation holds equal fold to one text. */
  readonly fold: Fold;
  readonly compare: (a: string, b: string) => number;
}

const OPTIONS = new Set(['locale', 'strength', 'caseLevel', 'caseFirst', 'numericOrdering']);
const DEFAULTS = new Map<string, unknown>([
  ['alternate', 'non-ignorable'],
  ['maxVariable', 'punct'],
  ['normalization', false],
  ['backwards', false],
  ['version', undefined],
]);

/**
 * Reads a collation document. Strengths 1, 2 and 3 are supported; whatever else would
 * change the order is refused. Undefined stands for simple (binary) comparison.
 */
export function parseCollation(elem: Elem | undefined): Collation | undefined {
  if (!elem || elem.type === T.null) return undefined;
  if (elem.type !== T.object) throw new MongoError('TypeMismatch', 'collation must be an object');
  const options = new Map(fields(elem));
  if (options.size === 0) return undefined;
  const locale = options.get('locale');
  if (locale?.type !== T.string) {
    throw new MongoError(40414, "BSON field 'collation.locale' is missing but a required field");
  }
  refuseUnknown(options);
  const name = stringOf(locale);
  if (name === 'simple') return undefined;
  const strength = numberOf(options.get('strength')) ?? 3;
  if (![1, 2, 3].includes(strength)) {
    throw new MongoError('CommandNotSupported', `collation strength ${strength} is not supported`);
  }
  return build(name, strength);
}

function refuseUnknown(options: Map<string, Elem>): void {
  for (const [name, value] of options) {
    if (name === 'locale' || name === 'strength') continue;
    if (OPTIONS.has(name)) {
      const off =
        name === 'caseFirst'
          ? value.type === T.string && stringOf(value) === 'off'
          : !truthy(value);
      if (off) continue;
      throw new MongoError('CommandNotSupported', `collation option ${name} is not supported`);
    }
    if (!DEFAULTS.has(name)) {
      throw new MongoError(40415, `BSON field 'collation.${name}' is an unknown field.`);
    }
    const expected = DEFAULTS.get(name);
    const given = value.type === T.string ? stringOf(value) : truthy(value);
    if (expected !== undefined && given !== expected) {
      throw new MongoError('CommandNotSupported', `collation option ${name} is not supported`);
    }
  }
}

const built = new Map<string, Collation>();

function build(locale: string, strength: number): Collation {
  const id = `${locale}/${strength}`;
  const cached = built.get(id);
  if (cached) return cached;
  const sensitivity = strength === 1 ? 'base' : strength === 2 ? 'accent' : 'variant';
  let collator: Intl.Collator;
  try {
    collator = new Intl.Collator(locale.replace('_', '-'), { sensitivity });
  } catch {
    throw new MongoError('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
  }
  const collation: Collation = {
    locale,
    strength,
    fold: (text) => foldText(text, strength),
    compare: collator.compare,
  };
  built.set(id, collation);
  return collation;
}

/** Case (and, at strength 1, accents) taken away by Unicode's own mappings. */
function foldText(text: string, strength: number): string {
  if (strength === 3) return text.normalize('NFC');
  const cased = text.normalize('NFKD').toUpperCase().toLowerCase();
  return (strength === 1 ? cased.replace(/\p{M}/gu, '') : cased).normalize('NFC');
}

export function sameCollation(a: Collation | undefined, b: Collation | undefined): boolean {
  return a?.locale === b?.locale && a?.strength === b?.strength;
}
