/** What happens to a post for every answer that the server can give. */
import test from 'ava';
import { ApiError } from '../src/api/http.ts';
import type { Waiting } from '../src/stores/database.ts';
import { type Entry, OutboxQueue } from '../src/stores/outbox-queue.ts';
import { verdictOf } from '../src/stores/outbox-verdict.ts';

const item = (key: string, more: Partial<Waiting> = {}): Waiting => ({
  key,
  at: Number(key),
  body: { status: `text ${key}` },
  ...more,
});

/** A device and a server that answers as it is told: null for "taken". */
function outbox(answers: (ApiError | null)[] = []) {
  const kept = new Map<string, Waiting>();
  const world = { now: 1000, entries: [] as Entry[], sent: [] as string[], told: [] as string[] };
  const queue = new OutboxQueue({
    send: async ({ key }) => {
      const answer = answers.shift() ?? null;
      if (answer) throw answer;
      world.sent.push(key);
    },
    store: {
      all: async () => [...kept.values()],
      put: async (one) => kept.set(one.key, one),
      drop: async (key) => kept.delete(key),
    },
    now: () => world.now,
    reason: (error) => (error as Error).message,
    changed: (entries) => {
      world.entries = entries;
    },
    told: (what) => world.told.push(what),
  });
  return { queue, kept, world };
}

for (const status of [0, 401, 408, 425, 429, 500, 501, 502, 503, 504])
  test(`a post that is answered with ${status} waits and is sent the next time`, async (t) => {
    const { queue, kept, world } = outbox([new ApiError(status, 'not now')]);
    await queue.add(item('1'));
    t.is(world.entries[0]?.state, 'waiting');
    t.true(kept.has('1'));
    t.deepEqual(world.sent, []);
    world.now += 3_600_000;
    await queue.flush();
    t.deepEqual(world.sent, ['1']);
    t.is(kept.size, 0);
    t.deepEqual(world.told, ['waits', 'sent']);
  });

for (const status of [400, 403, 404, 409, 410, 413, 422])
  test(`a post that is refused with ${status} is kept for its author, with the reason`, async (t) => {
    const { queue, kept, world } = outbox([new ApiError(status, 'too long')]);
    await queue.add(item('1'));
    t.is(world.entries[0]?.state, 'refused');
    t.is(kept.get('1')?.refused, 'too long');
    world.now += 3_600_000;
    await queue.flush();
    t.deepEqual(world.sent, [], 'it is not sent again by itself');
    await queue.retry('1');
    t.deepEqual(world.sent, ['1']);
    t.is(kept.size, 0);
  });

test('the server says when it may be asked again, and is not asked before', async (t) => {
  const { queue, world } = outbox([new ApiError(429, 'slow down', {}, 90_000)]);
  await queue.add(item('1'));
  world.now += 89_000;
  await queue.flush();
  t.deepEqual(world.sent, []);
  world.now += 1000;
  await queue.flush();
  t.deepEqual(world.sent, ['1']);
});

test('a server that fails again and again because of one post keeps only that one back', async (t) => {
  const failing = new ApiError(500, 'broken');
  const { queue, world } = outbox([failing, null]);
  await Promise.all([queue.add(item('1')), queue.add(item('2'))]);
  t.deepEqual(world.sent, ['2']);
  t.is(verdictOf(failing, 0).kind, 'later');
  t.is(verdictOf(failing, 9).kind, 'refused');
  t.is(verdictOf(new ApiError(503, 'away'), 900).kind, 'later');
});

test('messages of a conversation keep their order, and do not wait for those of another', async (t) => {
  const gone = new ApiError(0, 'offline');
  const { queue, world } = outbox([gone, null]);
  const here = { talk: 'a' };
  await Promise.all([
    queue.add(item('1', here)),
    queue.add(item('2', { talk: 'b' })),
    queue.add(item('3', here)),
  ]);
  t.deepEqual(world.sent, ['2']);
  await queue.flush();
  t.deepEqual(world.sent, ['2', '1', '3']);
});

test('what a page left behind is sent by the next one, and refused posts stay refused', async (t) => {
  const { queue, kept, world } = outbox();
  kept.set('1', item('1'));
  kept.set('2', item('2', { refused: 'too long' }));
  await queue.flush();
  t.deepEqual(world.sent, ['1']);
  t.deepEqual(
    world.entries.map((one) => [one.key, one.state]),
    [['2', 'refused']],
  );
});

test('what another page has sent is not sent again', async (t) => {
  const { queue, kept, world } = outbox([new ApiError(0, 'offline')]);
  await queue.add(item('1'));
  kept.clear();
  await queue.flush();
  t.deepEqual([world.sent, world.entries], [[], []]);
});

test('what its author takes back is not sent', async (t) => {
  const { queue, kept, world } = outbox([new ApiError(0, 'offline')]);
  await queue.add(item('1'));
  t.is((await queue.take('1'))?.body.status, 'text 1');
  await queue.flush();
  t.deepEqual([world.sent, kept.size], [[], 0]);
});

test('a device that keeps nothing still sends', async (t) => {
  const { queue, kept, world } = outbox([new ApiError(0, 'offline')]);
  kept.set = () => {
    throw new Error('private window');
  };
  await queue.add(item('1'));
  await queue.flush();
  t.deepEqual(world.sent, ['1']);
});
