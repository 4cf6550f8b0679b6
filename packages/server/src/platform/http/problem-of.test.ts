import test from 'ava';
import { z } from 'zod';
import { problemOf } from './problem-of.ts';

function problems(schema: z.ZodType, given: unknown) {
  const parsed = schema.safeParse(given);
  return (parsed.error?.issues ?? []).map((issue) => problemOf(issue, given));
}

test('a problem says which field, why, and what would be right', (t) => {
  const schema = z.object({
    title: z.string().max(3),
    kind: z.enum(['a', 'b']),
    count: z.number().min(2),
    names: z.array(z.string()).max(1),
    when: z.coerce.date('must be a date and time'),
  });
  t.deepEqual(problems(schema, { kind: 'c', count: 'x', names: [7], when: 'soon' }), [
    { field: 'title', code: 'ERR_BLANK', message: "can't be blank: it is text" },
    { field: 'kind', code: 'ERR_INVALID', message: 'must be one of a, b' },
    { field: 'count', code: 'ERR_INVALID', message: 'must be a number' },
    { field: 'names.0', code: 'ERR_INVALID', message: 'must be text' },
    { field: 'when', code: 'ERR_INVALID', message: 'must be a date and time' },
  ]);
  const long = { title: 'long', kind: 'a', count: 1, names: ['a', 'b'], when: '2026-01-01' };
  t.deepEqual(
    problems(schema, long).map((one) => one.message),
    ['must be at most 3 characters', 'must be at least 2', 'must be at most 1 entries'],
  );
});
