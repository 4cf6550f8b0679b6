/** Presence, typing and read receipts: here, live, and across the wall where both want it. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';

let acme: Booted;
let north: Booted;
const federation = { read_receipts: true };
test.before(async () => {
  [acme, north] = await Promise.all([bootApp({ federation }), bootApp({ federation })]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});
const here = membersOf(() => acme);
const there = membersOf(() => north);
const { people, ok, get, status, say, settled, handle } = here;
const BASE = '/api/mitoyen/v1';
type Members = typeof here;

async function until<T>(what: string, find: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
/** A conversation, as this member has it in the list. */
const talkOf = (at: Members, by: Person): Promise<AnyJson> =>
  until('the message', async () => (await at.get(by, '/api/v1/conversations'))[0]);
const state = (at: Members, by: Person, id: string) =>
  at.get(by, `${BASE}/conversations/${id}/state`);

test('colleagues see who is there; who hides sees nobody, guests do not either', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const guest = await acme.person('guest', { role: 'guest' });
  const ask = (by: Person) =>
    get(by, `${BASE}/presence?id[]=${bob.account._id}&id[]=${guest.account._id}`);
  t.deepEqual(await ask(ann), [{ account_id: bob.account._id, state: 'offline' }]);
  await ok(bob, 'POST', `${BASE}/presence`);
  t.is((await ask(ann))[0].state, 'online');
  await ok(bob, 'POST', `${BASE}/presence`, { state: 'busy' });
  t.is((await ask(ann))[0].state, 'busy');
  await ok(bob, 'POST', `${BASE}/presence`, { state: 'offline' });
  t.is((await ask(ann))[0].state, 'offline');
  await ok(cal, 'PATCH', `${BASE}/preferences`, { 'mitoyen:presence': false });
  t.is((await ok(cal, 'POST', `${BASE}/presence`)).state, 'offline');
  t.deepEqual(await ask(cal), []);
  t.deepEqual(await ask(guest), []);
  t.is(await status(ann, 'POST', `${BASE}/presence`, { state: 'asleep' }), 422);
});

test('who is in a conversation hears at once who writes and how far it was read', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const message = await say(ann, `${handle(bob)} hello`, { visibility: 'direct' });
  await settled();
  const { id } = await talkOf(here, bob);
  const address = `${acme.baseUrl.replace('http', 'ws')}/api/v1/streaming`;
  const socket = new WebSocket(`${address}?stream=user&mitoyen=1&access_token=${ann.token}`);
  const heard: AnyJson[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const event = (name: string) =>
    until(name, async () => heard.find((one) => one.event === name)).then((one) =>
      JSON.parse(one.payload),
    );
  await ok(bob, 'POST', `${BASE}/conversations/${id}/typing`);
  t.is((await event('mitoyen.typing')).account_id, bob.account._id);
  t.deepEqual((await state(here, ann, id)).typing, [bob.account._id]);
  await ok(bob, 'POST', `/api/v1/conversations/${id}/read`);
  t.is((await event('mitoyen.read')).last_read_id, message.id);
  socket.close();
  t.deepEqual((await state(here, ann, id)).read, [
    { account_id: bob.account._id, last_read_id: message.id },
  ]);
  t.is(await status(cal, 'GET', `${BASE}/conversations/${id}/state`), 404);
  t.is(await status(cal, 'POST', `${BASE}/conversations/${id}/typing`), 404);
});

test('who does not tell what they read does not learn it of others', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await say(ann, `${handle(bob)} hello`, { visibility: 'direct' });
  await settled();
  const { id } = await talkOf(here, bob);
  await ok(ann, 'PATCH', `${BASE}/preferences`, { 'mitoyen:read_receipts': false });
  await ok(bob, 'POST', `/api/v1/conversations/${id}/read`);
  t.deepEqual((await state(here, ann, id)).read, []);
  await ok(ann, 'POST', `/api/v1/conversations/${id}/read`);
  t.deepEqual((await state(here, bob, id)).read, []);
});

test('a message from a partner’s server is told read where both sides want it, and not otherwise', async (t) => {
  const [ann, cal] = (await people('ann', 'cal')) as [Person, Person];
  const [bo] = (await there.people('bo')) as [Person];
  await ok(cal, 'PATCH', `${BASE}/preferences`, { 'mitoyen:read_receipts': false });
  const write = (to: Person) =>
    there.say(bo, `@${to.account.username}@${acme.kit.ownHost} hello`, { visibility: 'direct' });
  const [quiet, read] = [await write(cal), await write(ann)];
  for (const by of [cal, ann]) {
    const { id } = await talkOf(here, by);
    await ok(by, 'POST', `/api/v1/conversations/${id}/read`);
  }
  const talks: AnyJson[] = await there.get(bo, '/api/v1/conversations');
  const withLast = (message: AnyJson) =>
    talks.find((talk) => talk.last_status.id === message.id)?.id as string;
  const receipts: AnyJson[] = await until('the receipt', async () => {
    const seen = await state(there, bo, withLast(read));
    return seen.read.length > 0 && seen.read;
  });
  t.is(receipts[0].last_read_id, read.id);
  t.deepEqual((await state(there, bo, withLast(quiet))).read, []);
});
