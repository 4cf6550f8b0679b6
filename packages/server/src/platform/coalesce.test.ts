import test from 'ava';
import { createCoalescer } from './coalesce.ts';

test('calls of one turn are carried out together, each with its own result', async (t) => {
  const batches: number[][] = [];
  const double = createCoalescer(async (inputs: number[]) => {
    batches.push(inputs);
    return inputs.map((input) =>
      input < 0
        ? { ok: false as const, error: new Error('negative') }
        : { ok: true as const, value: input * 2 },
    );
  });
  const results = await Promise.allSettled([double(1), double(-1), double(3)]);
  t.deepEqual(batches, [[1, -1, 3]]);
  t.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  t.is(await double(5), 10);
});

test('a batch that throws rejects every call of it', async (t) => {
  const failing = createCoalescer<number, number>(() => Promise.reject(new Error('down')));
  const results = await Promise.allSettled([failing(1), failing(2)]);
  t.true(results.every((result) => result.status === 'rejected'));
});
