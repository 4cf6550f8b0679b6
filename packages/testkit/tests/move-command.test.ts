/** An admin moves somebody by the command line, between two real instances in agreement. */
import test from 'ava';
import { eventually, federate, type Instance, type Json, startInstance } from '../src/index.ts';

let acme: Instance;
let north: Instance;

test.before(async () => {
  [acme, north] = await Promise.all([
    startInstance({ name: 'Acme' }),
    startInstance({ name: 'Northwind' }),
  ]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});

test('mitoyen user alias there, mitoyen user move here, and the followers are there', async (t) => {
  const [admin, boss] = await Promise.all([
    acme.person('rita', { role: 'admin' }),
    north.person('boss', { role: 'admin' }),
  ]);
  await federate(acme, north);
  await acme.cli('user', 'create', 'amina', '--email', 'amina@acme.example');
  await north.cli('user', 'create', 'amina', '--email', 'amina@northwind.example');
  const path = `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(`amina@${acme.host}`)}`;
  const [old] = await boss.get(path);
  await boss.post(`/api/v1/accounts/${old.id}/follow`);
  const [here] = await admin.get('/api/v1/accounts/search?q=amina');
  await eventually(
    'the follow counts',
    async () => (await admin.get(`/api/v1/accounts/${here.id}`)).followers_count === 1,
    { within: 30_000 },
  );

  const early = await acme
    .cli('user', 'move', 'amina', `amina@${north.host}`)
    .catch((error) => error);
  t.not(early.code, 0);
  t.regex(early.stderr, /does not name/);
  t.regex(await north.cli('user', 'alias', 'amina', `amina@${acme.host}`), /is also http/);
  t.regex(
    await acme.cli('user', 'move', 'amina', `amina@${north.host}`, '--dry-run'),
    /Would move/,
  );
  const moved = JSON.parse(
    await acme.cli('user', 'move', 'amina', `amina@${north.host}`, '--json'),
  );
  t.is(moved.moved_to, `${north.baseUrl}/users/amina`);

  const told: Json = await eventually(
    'the follower is told',
    async () =>
      (await boss.get('/api/v1/notifications?types[]=mitoyen.moved')).find(
        (one: Json) => one.type === 'mitoyen.moved',
      ),
    { within: 30_000 },
  );
  t.is(told.account.moved.acct, 'amina');
  const [relationship] = await boss.get(
    `/api/v1/accounts/relationships?id[]=${told.account.moved.id}`,
  );
  t.true(relationship.following);
});
