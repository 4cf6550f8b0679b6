/** What admins tell, and who reads it and reacts. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, status } = withMembers(test);
const ADMIN = '/api/mitoyen/v1/admin/announcements';
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
let made: Promise<Person> | undefined;
const admin = () => {
  made ??= app().person('boss', { role: 'admin' });
  return made;
};
const shown = async (by: Person, id: string): Promise<AnyJson | undefined> =>
  (await get(by, '/api/v1/announcements?with_dismissed=true')).find(
    (one: AnyJson) => one.id === id,
  );

test('an announcement is shown to colleagues until each has read it, and until it ends', async (t) => {
  const boss = await admin();
  const [ann] = (await people('ann')) as [Person];
  const guest = await app().person('guest', { role: 'guest' });
  const made = await ok(boss, 'POST', ADMIN, { text: 'The **lift** is out', ends_at: inHours(5) });
  const seen = await shown(ann, made.id);
  t.regex(seen.content, /<strong>lift<\/strong>/);
  t.false(seen.read);
  t.is(await shown(guest, made.id), undefined);
  await ok(ann, 'POST', `/api/v1/announcements/${made.id}/dismiss`);
  t.true((await shown(ann, made.id)).read);
  const unread: AnyJson[] = await get(ann, '/api/v1/announcements');
  t.false(
    unread.some((one) => one.id === made.id),
    'read ones come where they are asked for',
  );
  t.false((await shown(boss, made.id)).read);
  const all: AnyJson[] = await get(boss, ADMIN);
  const listed = all.find((one) => one.id === made.id);
  t.is(listed.mitoyen.readers_count, 1);
  await ok(boss, 'PUT', `${ADMIN}/${made.id}`, { ends_at: inHours(-1) });
  t.is(await shown(ann, made.id), undefined);
  await ok(boss, 'PUT', `${ADMIN}/${made.id}`, { ends_at: null, text: 'The lift works' });
  t.regex((await shown(ann, made.id)).content, /works/);
  await ok(boss, 'DELETE', `${ADMIN}/${made.id}`);
  t.is(await shown(ann, made.id), undefined);
  t.is(await status(ann, 'POST', `/api/v1/announcements/${made.id}/dismiss`), 404);
});

test('colleagues react, each once with the same emoji', async (t) => {
  const boss = await admin();
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await ok(boss, 'POST', ADMIN, { text: 'Cake at three' });
  const path = (name: string) =>
    `/api/v1/announcements/${id}/reactions/${encodeURIComponent(name)}`;
  for (const by of [ann, ann, bob]) await ok(by, 'PUT', path('🎂'));
  t.deepEqual((await shown(ann, id)).reactions, [{ name: '🎂', count: 2, me: true }]);
  t.is(await status(ann, 'PUT', path('cake')), 422);
  await ok(ann, 'DELETE', path('🎂'));
  t.deepEqual((await shown(ann, id)).reactions, [{ name: '🎂', count: 1, me: false }]);
});

test('only admins announce, and only what can be read', async (t) => {
  const boss = await admin();
  const [ann] = (await people('ann')) as [Person];
  t.is(await status(ann, 'POST', ADMIN, { text: 'me too' }), 403);
  t.is(await status(ann, 'GET', ADMIN), 403);
  t.is(await status(boss, 'POST', ADMIN, { text: ' ' }), 422);
  t.is(
    await status(boss, 'POST', ADMIN, { text: 'x', starts_at: inHours(2), ends_at: inHours(1) }),
    422,
  );
  t.is(await status(boss, 'POST', ADMIN, { text: 'x', ends_at: 'later' }), 422);
});
