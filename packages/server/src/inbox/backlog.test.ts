import test from 'ava';
import { configSchema } from '../config-schema.ts';
import { AppError } from '../platform/app-error.ts';
import { createBacklog } from './backlog.ts';
import type { ReceiptStore } from './receipt-store.ts';

function backlogWith(
  limits: Record<string, number>,
  waiting: { all: number; of: Record<string, number> },
) {
  const clock = { at: 1_000_000, now: () => clock.at };
  const receipts = {
    backlog: async () => waiting.all,
    backlogOf: async (host: string) => waiting.of[host] ?? 0,
  } as unknown as ReceiptStore;
  return {
    clock,
    backlog: createBacklog({ config: configSchema.parse({ limits }), clock, receipts }),
  };
}

test('past the bound a sender is told when to come back, others of small backlog are admitted', async (t) => {
  const { backlog } = backlogWith(
    { inbox_backlog_per_host: 10 },
    { all: 11, of: { 'busy.example': 10 } },
  );
  const refused = await t.throwsAsync(backlog.admit('busy.example'), { instanceOf: AppError });
  t.is(refused?.code, 'unavailable');
  t.true((refused?.retryAfterSeconds ?? 0) > 0);
  await t.notThrowsAsync(backlog.admit('calm.example'));
});

test('what is added counts before the next look at the database', async (t) => {
  const { backlog } = backlogWith({ inbox_backlog: 3 }, { all: 0, of: {} });
  for (let index = 0; index < 3; index += 1) {
    await backlog.admit('a.example');
    backlog.added('a.example');
  }
  await t.throwsAsync(backlog.admit('b.example'), { instanceOf: AppError });
});

test('one host may send so many that it signed a minute, and again the next minute', async (t) => {
  const { backlog, clock } = backlogWith({ inbox_per_minute_per_host: 2 }, { all: 0, of: {} });
  for (let index = 0; index < 5; index += 1) await backlog.admit('a.example');
  backlog.charge('a.example', 3000);
  backlog.charge('a.example', 16_384);
  const refused = await t.throwsAsync(backlog.admit('a.example'), { instanceOf: AppError });
  t.is(refused?.code, 'rate_limited');
  t.throws(() => backlog.charge('a.example', 10), { instanceOf: AppError });
  await t.notThrowsAsync(backlog.admit('b.example'));
  clock.at += 60_000;
  await t.notThrowsAsync(backlog.admit('a.example'));
});

test('large activities count as several, so that one host cannot fill the database', async (t) => {
  const { backlog } = backlogWith({ inbox_per_minute_per_host: 100 }, { all: 0, of: {} });
  let bytes = 0;
  for (let index = 0; index < 100; index += 1) {
    try {
      backlog.charge('a.example', 1_048_576);
      bytes += 1_048_576;
    } catch {
      break;
    }
  }
  t.true(bytes > 0 && bytes <= 100 * 16_384 + 1_048_576, `${bytes} bytes in a minute`);
  await t.throwsAsync(backlog.admit('a.example'), { instanceOf: AppError });
});

test('a limit of 0 is no limit', async (t) => {
  const none = { inbox_backlog: 0, inbox_backlog_per_host: 0, inbox_per_minute_per_host: 0 };
  const { backlog } = backlogWith(none, { all: 1e9, of: { 'a.example': 1e9 } });
  await t.notThrowsAsync(backlog.admit('a.example'));
});
