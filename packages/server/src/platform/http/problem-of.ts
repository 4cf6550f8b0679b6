/** What a schema found wrong, in words for the caller: which field, why, and what would be right. */
import type { z } from 'zod';
import type { FieldProblem } from '../app-error.ts';

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date and time',
};

export function problemOf(issue: z.core.$ZodIssue, given: unknown): FieldProblem {
  const field = issue.path.join('.') || 'request';
  const value = valueAt(given, issue.path);
  if (value === undefined || (value === null && issue.code === 'invalid_type'))
    return { field, code: 'ERR_BLANK', message: `can't be blank${rightOf(issue, ': it is ')}` };
  if (issue.code === 'unrecognized_keys')
    return {
      field: [...issue.path, issue.keys[0] ?? ''].join('.'),
      code: 'ERR_INVALID',
      message: 'is not known here',
    };
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1)
    return { field, code: 'ERR_BLANK', message: "can't be blank" };
  const isPlain = /^Invalid (input|option)/.test(issue.message) && rightOf(issue, '') !== '';
  const message = isPlain ? `must be ${rightOf(issue, '')}` : ownWords(issue);
  return { field, code: 'ERR_INVALID', message };
}

function rightOf(issue: z.core.$ZodIssue, before: string): string {
  if (issue.code === 'invalid_type') return `${before}${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `${before}one of ${issue.values.join(', ')}`;
  return '';
}

/** The schema's own message; bounds as they are. */
function ownWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_big' && isUsual(issue))
    return `must be at most ${amount(issue.maximum, issue.origin)}`;
  if (issue.code === 'too_small' && isUsual(issue))
    return `must be at least ${amount(issue.minimum, issue.origin)}`;
  return issue.message;
}

/** Not a message that the schema itself gives. */
const isUsual = (issue: z.core.$ZodIssue) => issue.message.startsWith('Too ');

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} characters`;
  return origin === 'array' || origin === 'set' ? `${bound} entries` : String(bound);
}

function valueAt(given: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    given,
  );
}
