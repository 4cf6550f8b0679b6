/** The language of searches: words, "phrases", -words, #tags, from: in: before: after: has: is: . */
import { invalid } from '../../platform/app-error.ts';

export const HAS = ['picture', 'video', 'audio', 'file', 'link', 'poll'] as const;
export type Has = (typeof HAS)[number];

export const IS = ['post', 'message'] as const;

export type SearchQuery = {
  words: string[];
  /** The last word, where it may not be finished yet. */
  beginning?: string;
  phrases: string[];
  not: string[];
  tags: string[];
  from: string[];
  in: string[];
  has: Has[];
  is: (typeof IS)[number][];
  /** Milliseconds: written before, or from then on. */
  before?: number;
  after?: number;
};

const OTHER_NAMES: Record<string, Has> = {
  image: 'picture',
  media: 'picture',
  document: 'file',
  links: 'link',
};
const TOKEN = /-?"[^"]*"?|\S+/g;
/** Conditions of one search: more are no search of a person. */
const MOST_CONDITIONS = 20;

/** @throws AppError `invalid` for a condition that makes no sense */
export function parseSearch(q: string): SearchQuery {
  const query: SearchQuery = {
    words: [],
    phrases: [],
    not: [],
    tags: [],
    from: [],
    in: [],
    has: [],
    is: [],
  };
  const tokens = (q.match(TOKEN) ?? []).slice(0, MOST_CONDITIONS);
  for (const [index, token] of tokens.entries()) {
    const isLast = index === tokens.length - 1 && q.endsWith(token);
    read(token, query, isLast);
  }
  return query;
}

function read(token: string, query: SearchQuery, isLast: boolean): void {
  const condition = /^(from|in|before|after|has|is):(.+)$/i.exec(token);
  if (condition?.[1] && condition[2]) {
    readCondition(condition[1].toLowerCase(), condition[2], query);
    return;
  }
  const negative = token.startsWith('-') && token.length > 1;
  const bare = (negative ? token.slice(1) : token).replaceAll('"', '').trim();
  if (bare === '') return;
  const tag = /^#([\p{L}\p{N}\p{M}_]+)$/u.exec(bare)?.[1];
  if (negative) query.not.push(bare);
  else if (token.startsWith('"')) query.phrases.push(bare);
  else if (tag) query.tags.push(tag);
  else if (isLast) query.beginning = bare;
  else query.words.push(bare);
}

function readCondition(name: string, value: string, query: SearchQuery): void {
  switch (name) {
    case 'from':
      query.from.push(value.replace(/^@/, '').toLowerCase());
      return;
    case 'in':
      query.in.push(value.replace(/^[@!]/, ''));
      return;
    case 'has':
      query.has.push(readHas(value.toLowerCase()));
      return;
    case 'is':
      query.is.push(readIs(value.toLowerCase()));
      return;
    default:
      query[name === 'before' ? 'before' : 'after'] = readDay(name, value);
  }
}

function readHas(value: string): Has {
  const known = OTHER_NAMES[value] ?? HAS.find((one) => one === value);
  if (known) return known;
  throw invalid({ field: 'q', code: 'ERR_INVALID', message: `has: knows ${HAS.join(', ')}` });
}

function readIs(value: string): (typeof IS)[number] {
  const known = IS.find((one) => one === value);
  if (known) return known;
  throw invalid({ field: 'q', code: 'ERR_INVALID', message: `is: knows ${IS.join(', ')}` });
}

function readDay(name: string, value: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw invalid({
    field: 'q',
    code: 'ERR_INVALID',
    message: `${name}: takes a day, like 2026-01-31`,
  });
}
