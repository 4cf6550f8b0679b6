/** What people tell of their work, for whom; the org chart; finding people by skill and department. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, call, status } = withMembers(test);
const BASE = '/api/mitoyen/v1';
const describe = (by: Person, body: object) => ok(by, 'PATCH', `${BASE}/profile`, body);
const seen = (by: Person, of: Person) => get(by, `${BASE}/accounts/${of.account._id}/profile`);
const chart = (by: Person, of: Person) => get(by, `${BASE}/org_chart/${of.account._id}`);
const ids = (rows: AnyJson[]) => rows.map((row) => row.account.id);

test('each field is for whom its owner chose', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const guest = await app().person('guest', { role: 'guest' });
  const own = await describe(ann, {
    job_title: 'Welder',
    time_zone: 'Europe/Warsaw',
    phone: '+33 4 00 00 00 00',
    skills: ['Welding', 'CAD'],
    history: [{ title: 'Apprentice', organization: 'Acme', from: '2019-09', to: '2021' }],
    visibility: { job_title: 'everyone', phone: 'me' },
  });
  t.is(own.visibility.phone, 'me');
  t.is(own.visibility.skills, 'colleagues');
  const byBob = await seen(bob, ann);
  t.deepEqual([byBob.job_title, byBob.phone, byBob.skills.length], ['Welder', null, 2]);
  t.is(byBob.history[0].title, 'Apprentice');
  t.is(byBob.visibility, undefined);
  const byGuest = await seen(guest, ann);
  t.deepEqual([byGuest.job_title, byGuest.skills, byGuest.history], ['Welder', [], []]);
  t.is(byBob.time_zone, 'Europe/Warsaw');
  t.is(byGuest.time_zone, null);
  t.is((await describe(ann, { job_title: '' })).job_title, null);
  t.is((await describe(ann, { time_zone: '' })).time_zone, null);
  t.is(await status(ann, 'PATCH', '/api/mitoyen/v1/profile', { time_zone: 'Mars/Olympus' }), 422);
});

test('apps say what pictures show, and whether other servers may index', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const path = '/api/v1/accounts/update_credentials';
  const change = { avatar_description: 'Ann at the lathe', indexable: true };
  const own = await ok(ann, 'PATCH', path, change);
  t.true(own.source.indexable);
  const shown = await get(bob, `/api/v1/accounts/${ann.account._id}`);
  t.deepEqual([shown.avatar_description, shown.indexable], ['Ann at the lathe', true]);
  t.is((await get(ann, '/api/v1/profile')).avatar_description, 'Ann at the lathe');
  t.is(await status(ann, 'PATCH', path, { header_description: 'x'.repeat(1501) }), 422);
  const { account } = ann;
  const answer = await fetch(account.iri, { headers: { accept: 'application/activity+json' } });
  t.is(((await answer.json()) as AnyJson).indexable, true);
  await ok(ann, 'PATCH', path, { avatar_description: '' });
  t.is((await get(bob, `/api/v1/accounts/${account._id}`)).avatar_description, '');
});

test('the org chart goes up to the top and down, and never in a circle', async (t) => {
  const [top, mid, low] = (await people('top', 'mid', 'low')) as [Person, Person, Person];
  await describe(mid, { manager_id: top.account._id, department: 'Works' });
  await describe(low, { manager_id: mid.account._id });
  const path = await chart(low, low);
  t.deepEqual(ids(path.managers), [mid.account._id, top.account._id]);
  t.is(path.managers[0].department, 'Works');
  t.deepEqual(ids((await chart(low, top)).reports), [mid.account._id]);
  t.is((await seen(low, mid)).reports_count, 1);
  t.true(ids(await get(low, `${BASE}/org_chart`)).includes(top.account._id));
  for (const manager_id of [low.account._id, top.account._id]) {
    const refused = await call(top, 'PATCH', `${BASE}/profile`, { manager_id });
    t.is(refused.status, 422);
    t.regex(refused.json.error, /manager_id reports to/);
  }
  await describe(low, { manager_id: '' });
  t.deepEqual((await chart(low, low)).managers, []);
  const hidden = { manager_id: top.account._id, visibility: { manager: 'me' } };
  await describe(low, hidden);
  t.false(ids((await chart(mid, top)).reports).includes(low.account._id));
});

test('colleagues are found by skill and department, not by what they keep to themselves', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await describe(ann, { skills: ['Robot Tuning'], department: 'Line 4' });
  await describe(bob, { skills: ['robot  tuning'], department: 'Line 5' });
  await describe(cal, { skills: ['robot tuning'], visibility: { skills: 'me' } });
  const found = await get(ann, `${BASE}/people?skill=ROBOT%20tuning`);
  t.deepEqual(ids(found).toSorted(), [ann.account._id, bob.account._id].toSorted());
  t.deepEqual(ids(await get(ann, `${BASE}/people?skill=robot%20tuning&department=line%204`)), [
    ann.account._id,
  ]);
  t.deepEqual(ids(await get(ann, `${BASE}/people?department=line%205`)), [bob.account._id]);
  t.deepEqual(await get(ann, `${BASE}/skills?q=robot`), [
    { name: 'robot tuning', people_count: 2 },
  ]);
});

test('admins describe others, nobody else does; guests see no chart', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const [boss, guest] = [
    await app().person('boss', { role: 'admin' }),
    await app().person('visitor', { role: 'guest' }),
  ];
  const path = `${BASE}/admin/people/${ann.account._id}/profile`;
  t.is((await ok(boss, 'PATCH', path, { job_title: 'Lead' })).job_title, 'Lead');
  t.is(await status(bob, 'PATCH', path, { job_title: 'Boss' }), 403);
  t.is(await status(guest, 'GET', `${BASE}/org_chart`), 404);
  t.is(await status(guest, 'GET', `${BASE}/people?skill=x`), 404);
  t.is(await status(ann, 'PATCH', `${BASE}/profile`, { manager_id: guest.account._id }), 422);
  t.is(
    await status(ann, 'PATCH', `${BASE}/profile`, { history: [{ title: 'x', from: 'May' }] }),
    422,
  );
});
