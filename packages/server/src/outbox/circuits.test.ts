import test from 'ava';
import { createCircuits } from './circuits.ts';

test('a host that fails repeatedly is left alone for a while, longer each time', (t) => {
  let now = 1_000_000;
  const circuits = createCircuits({ clock: { now: () => now }, perHost: 2, random: () => 0.5 });
  circuits.failed('dead.example');
  circuits.failed('dead.example');
  t.is(circuits.closedAt('dead.example'), 0);
  circuits.failed('dead.example');
  t.is(circuits.closedAt('dead.example'), now + 5000);
  t.is(circuits.closedAt('well.example'), 0);
  now += 5001;
  t.is(circuits.closedAt('dead.example'), 0, 'it may be probed');
  circuits.failed('dead.example');
  t.is(circuits.closedAt('dead.example'), now + 10_000);
  t.true(circuits.heardFrom('dead.example'));
  t.is(circuits.closedAt('dead.example'), 0);
});

test('one host gets its share of connections and no more', async (t) => {
  const circuits = createCircuits({ clock: { now: () => 0 }, perHost: 2, random: () => 0 });
  let active = 0;
  let most = 0;
  const run = () =>
    circuits.within('a.example', async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
    });
  await Promise.all([run(), run(), run(), run(), run()]);
  t.is(most, 2);
});
