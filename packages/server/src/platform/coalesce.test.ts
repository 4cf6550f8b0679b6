import { setImmediate as afterTurn } from 'node:timers/promises';
import test from 'ava';
import { createCoalescer, createSharedRead } from './coalesce.ts';

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

test('what arrives while two batches are under way goes together in the next', async (t) => {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const slow = createCoalescer(async (inputs: number[]) => {
    batches.push(inputs);
    await new Promise<void>((resolve) => ends.push(resolve));
    return inputs.map((value) => ({ ok: true as const, value }));
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const answers: Promise<number>[] = [];
  for (const input of [1, 2, 3, 4]) {
    answers.push(slow(input));
    await turn();
  }
  t.deepEqual(batches, [[1], [2]]);
  ends.shift()?.();
  await turn();
  t.deepEqual(batches, [[1], [2], [3, 4]]);
  for (const end of ends) end();
  t.deepEqual(await Promise.all(answers), [1, 2, 3, 4]);
});

test('more than a batch takes are carried out in several, and none is forgotten', async (t) => {
  const sizes: number[] = [];
  const echo = createCoalescer(
    async (inputs: number[]) => {
      sizes.push(inputs.length);
      return inputs.map((value) => ({ ok: true as const, value }));
    },
    { most: 3 },
  );
  const inputs = Array.from({ length: 11 }, (_, index) => index);
  t.deepEqual(await Promise.all(inputs.map(echo)), inputs);
  t.deepEqual(sizes, [3, 3, 3, 2]);
});

test('the time to gather is told how many there were before', async (t) => {
  const told: number[] = [];
  const gathering = createCoalescer(
    async (inputs: number[]) => inputs.map((value) => ({ ok: true as const, value })),
    { windowMs: (lastBatch) => told.push(lastBatch) && 1 },
  );
  await Promise.all([gathering(1), gathering(2)]);
  await gathering(3);
  t.deepEqual(told, [0, 2]);
});

test('a shared read is made once for all who ask in one turn, and anew for who asks later', async (t) => {
  const read: string[] = [];
  const look = createSharedRead(async (key: string) => {
    read.push(key);
    if (key === 'broken') throw new Error('broken');
    return `${key} ${read.length}`;
  });
  const first = await Promise.allSettled(['a', 'b', 'a', 'broken', 'a'].map(look));
  t.deepEqual(read, ['a', 'b', 'broken']);
  t.deepEqual(
    first.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message)),
    ['a 1', 'b 2', 'a 1', 'broken', 'a 1'],
  );
  // Under way is not good enough: what it read may be older than what this one knows of.
  const [under, later] = await Promise.all([look('a'), afterTurn().then(() => look('a'))]);
  t.deepEqual([under, later], ['a 4', 'a 5']);
});
