import test from 'ava';
import { configSchema } from '../config-schema.ts';
import { createLog } from '../platform/log.ts';
import { createLetGoWhenSlow } from './let-go-when-slow.ts';

const log = createLog(configSchema.parse({ log: { level: 'silent' } }));

test('a job ends with its attempts, or without the one that does not end', async (t) => {
  const { run, drain } = createLetGoWhenSlow({ log, track: () => {} });
  await run([Promise.resolve(), Promise.resolve()]);
  const hanging = Promise.withResolvers<void>();
  await run([Promise.resolve(), hanging.promise]);
  let drained = false;
  const draining = drain(60_000).then(() => {
    drained = true;
  });
  t.false(drained);
  hanging.resolve();
  await draining;
  t.true(drained);
});

test('an attempt that fails at once fails its job, one that fails late fails nothing', async (t) => {
  const { run, drain } = createLetGoWhenSlow({ log, track: () => {} });
  await t.throwsAsync(run([Promise.reject(new Error('at once'))]), { message: 'at once' });
  const late = Promise.withResolvers<void>();
  await run([late.promise]);
  late.reject(new Error('late'));
  await t.notThrowsAsync(drain(60_000));
});
