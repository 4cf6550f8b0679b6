/** Terms of an agreement as options of a command, and as lines to read. */
import type { Command } from 'commander';
import {
  type Agreement,
  COPIES_THEN,
  COPY_LEVELS,
  type CopiesThen,
  type CopyLevel,
  type Limits,
  SCOPES,
  type Scope,
  type Terms,
} from '../features/partners/partners.ts';
import { UsageError } from './answer.ts';

export type TermOptions = {
  purpose?: string;
  scopes?: string;
  groups?: string;
  expires?: string;
  mediaBytes?: string;
  copyDays?: string;
  copiesThen?: string;
  copyLevel?: string;
};

export function withTermOptions(command: Command): Command {
  return command
    .option('--purpose <text>', 'what it is for')
    .option('--scopes <scopes>', `what may be exchanged: ${SCOPES.join(' ')}`)
    .option('--groups <groups>', 'which groups, by name or address, or: all')
    .option('--expires <date>', 'the day it ends, e.g. 2027-12-31, or: never')
    .option('--media-bytes <bytes>', 'the most that one picture may have, or: any')
    .option('--copy-days <days>', 'how long copies are kept, or: any')
    .option(
      '--copy-level <level>',
      `what is stored of posts in the other side's groups: ${COPY_LEVELS.join(', ')}`,
    )
    .option('--copies-then <what>', `what becomes of copies then: ${COPIES_THEN.join(' or ')}`);
}

export type GivenTerms = Partial<Omit<Terms, 'expiresAt' | 'limits'>> & {
  expiresAt?: number | null;
  limits?: { [K in keyof Limits]?: Limits[K] | null };
};

/** Only what was named; null where a limit was lifted. */
export function readTerms(options: TermOptions): GivenTerms {
  const { purpose, scopes, groups, expires } = options;
  const limits = readLimits(options);
  return {
    ...(purpose !== undefined && { purpose }),
    ...(scopes !== undefined && { scopes: scopesOf(scopes) }),
    ...(groups !== undefined && { groups: groups === 'all' ? 'all' : words(groups) }),
    ...(expires !== undefined && { expiresAt: expires === 'never' ? null : dateOf(expires) }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** Limits with a change; null lifts one. */
export function changedLimits(before: Limits, change: GivenTerms['limits']): Limits {
  const all = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(all) as Limits;
}

function readLimits({ mediaBytes, copyDays, copiesThen, copyLevel }: TermOptions) {
  return {
    ...(mediaBytes !== undefined && { mediaBytes: numberOr('any', mediaBytes) }),
    ...(copyDays !== undefined && { copyDays: numberOr('any', copyDays) }),
    ...(copiesThen !== undefined && { copiesThen: fateOf(copiesThen) }),
    ...(copyLevel !== undefined && { copyLevel: levelOf(copyLevel) }),
  };
}

function numberOr(word: string, text: string): number | null {
  if (text === word) return null;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`"${text}" is neither a number nor: any`);
  return Number(text);
}

function fateOf(text: string): CopiesThen {
  const found = COPIES_THEN.find((one) => one === text);
  if (!found) throw new UsageError(`Copies are kept until: ${COPIES_THEN.join(' or ')}`);
  return found;
}

/** Null: all of it, as where nothing is said. */
function levelOf(text: string): Limits['copyLevel'] | null {
  const found = COPY_LEVELS.find((one) => one === text);
  if (!found) throw new UsageError(`What is stored is one of: ${COPY_LEVELS.join(', ')}`);
  return found === 'full' ? null : found;
}

function dateOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`"${text}" is not a date like 2027-12-31`);
  return at;
}

function scopesOf(text: string): Scope[] {
  return words(text).map((word) => {
    const scope = SCOPES.find((one) => one === word);
    if (!scope) throw new UsageError(`There is no scope "${word}". There are: ${SCOPES.join(' ')}`);
    return scope;
  });
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

const LEVEL_WORDS: Record<CopyLevel, string> = {
  full: 'posts are stored whole',
  headers: 'who, when, title and first words are stored; the rest is read at home',
  none: 'nothing of their posts is stored; they are read at home',
};

/** The terms in lines, as an admin would read them out. */
export function termLines({ purpose, scopes, groups, limits, expiresAt }: Agreement): string[] {
  const then = limits.copiesThen === 'purge' ? 'deleted' : 'set aside for admins';
  return [
    `for:       ${purpose || '(nothing said)'}`,
    `exchanges: ${scopes.join(' ')}`,
    `groups:    ${groups === 'all' ? 'all' : groups.join(' ')}`,
    `pictures:  ${limits.mediaBytes ? `up to ${limits.mediaBytes} bytes` : 'as configured'}`,
    `copies:    ${limits.copyDays ? `kept ${limits.copyDays} days` : 'kept while it lasts'}, then ${then}`,
    `of groups: ${LEVEL_WORDS[limits.copyLevel ?? 'full']}`,
    `until:     ${expiresAt ? new Date(expiresAt).toISOString() : 'one side ends it'}`,
  ];
}
