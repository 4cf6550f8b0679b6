/** What admins see and do beyond partners: the audit log, groups, files, people, reports. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, call, get, ok, people, say, settled, status } = withMembers(test);
const ADMIN = '/api/mitoyen/v1/admin';

async function admin(): Promise<Person> {
  return app().person(`boss${Math.random().toString(36).slice(2, 8)}`, { role: 'admin' });
}
const audit = (by: Person, query = '') => get(by, `${ADMIN}/audit?${query}`);
const rows = () => app().kit.mongo.collection<{ _id: number; target: string }>('audit');

test.serial('each act of an admin is in the audit log, in order and by whom', async (t) => {
  const boss = await admin();
  const [ann] = (await people('ann')) as [Person];
  await ok(boss, 'PUT', `${ADMIN}/people/${ann.account._id}/role`, { role: 'moderator' });
  await ok(boss, 'POST', `${ADMIN}/people/${ann.account._id}/suspend`);
  const [second, first] = await audit(boss, `target=${ann.account._id}`);
  t.like(first, { action: 'put admin/people/:id/role', by: boss.account._id, via: 'api' });
  t.is(first.facts, 'role: moderator');
  t.is(second.action, 'post admin/people/:id/suspend');
  t.true(Number(second.id) > Number(first.id));
  // What was refused was not done.
  await call(boss, 'PUT', `${ADMIN}/people/${ann.account._id}/role`, { role: 'emperor' });
  t.is((await audit(boss, `target=${ann.account._id}`)).length, 2);
  const mine = await audit(boss, `by=${boss.account._id}&limit=1`);
  t.deepEqual(
    mine.map((one: AnyJson) => one.id),
    [second.id],
  );
  const older = await audit(boss, `by=${boss.account._id}&limit=1&max_id=${second.id}`);
  t.deepEqual(
    older.map((one: AnyJson) => one.id),
    [first.id],
  );
  const [start] = await audit(boss, 'action=configuration');
  t.is(start.via, 'clock');
  const [cal] = (await people('cal')) as [Person];
  t.is(await status(cal, 'GET', `${ADMIN}/audit`), 403);
});

test.serial(
  'acts at the same time have places of their own, and a changed one is found',
  async (t) => {
    const boss = await admin();
    const crowd = await people('a', 'b', 'c', 'd', 'e', 'f');
    await Promise.all(
      crowd.map((one) =>
        ok(boss, 'PUT', `${ADMIN}/people/${one.account._id}/role`, { role: 'guest' }),
      ),
    );
    const sound = await get(boss, `${ADMIN}/audit/verify`);
    t.is(sound.broken, null);
    t.is(sound.entries, await rows().countDocuments({}));
    t.true((await get(boss, `${ADMIN}/audit/verify?head=${sound.head}`)).head_found);
    const middle = sound.entries - 2;
    const before = await rows().findOne({ _id: middle });
    await rows().updateOne({ _id: middle }, { $set: { target: 'somebody else' } });
    t.like((await get(boss, `${ADMIN}/audit/verify`)).broken, { at: middle });
    await rows().updateOne({ _id: middle }, { $set: { target: before?.target ?? '' } });
    // Taken off the end: only the head that was kept tells.
    const last = await rows().findOne({ _id: sound.entries });
    await rows().deleteOne({ _id: sound.entries });
    t.like(await get(boss, `${ADMIN}/audit/verify?head=${sound.head}`), {
      broken: null,
      head_found: false,
    });
    if (last) await rows().insertOne(last);
  },
);

test.serial('a group that nobody looks after is taken over, archived and deleted', async (t) => {
  const boss = await admin();
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const made = await ok(ann, 'POST', '/api/mitoyen/v1/groups', {
    name: 'Orphans',
    access: 'secret',
  });
  await ok(ann, 'POST', `/api/mitoyen/v1/groups/${made.id}/invitations`, {
    accounts: [bob.account._id],
  });
  await ok(bob, 'POST', `/api/mitoyen/v1/groups/${made.id}/join`);
  await say(ann, 'hello', { group_id: made.id });
  const found = async () => (await get(boss, `${ADMIN}/groups?q=orphans`))[0];
  t.like(await found(), { ownerless: false });
  t.is((await found()).owners[0].id, ann.account._id);
  t.truthy((await found()).last_post_at);
  const one = `${ADMIN}/groups/${made.id}`;
  t.is(await status(boss, 'POST', `${one}/take_over`), 409);
  t.is(await status(bob, 'POST', `${one}/take_over`), 403);
  await ok(boss, 'POST', `${ADMIN}/people/${ann.account._id}/suspend`);
  t.like(await found(), { ownerless: true });
  await ok(boss, 'POST', `${one}/take_over`);
  t.is((await get(boss, `/api/mitoyen/v1/groups/${made.id}`)).membership.role, 'admin');
  await ok(boss, 'POST', `${one}/archive`);
  t.true((await get(bob, `/api/mitoyen/v1/groups/${made.id}`)).archived);
  t.is(await status(bob, 'POST', '/api/v1/statuses', { status: 'late', group_id: made.id }), 403);
  await ok(boss, 'POST', `${one}/unarchive`);
  await say(bob, 'again', { group_id: made.id });
  await ok(boss, 'DELETE', one);
  t.is(await status(bob, 'GET', `/api/mitoyen/v1/groups/${made.id}`), 404);
  t.is(await status(boss, 'DELETE', one), 404);
});

test.serial(
  'somebody who is locked out signs in by a link; other devices are signed out',
  async (t) => {
    const boss = await admin();
    const [ann] = (await people('ann')) as [Person];
    const person = `${ADMIN}/people/${ann.account._id}`;
    const { url } = await ok(boss, 'POST', `${person}/sign_in_link`);
    t.regex(url, /\/auth\/link\/[\w-]{20,}$/);
    t.is(await status(ann, 'POST', `${ADMIN}/people/${boss.account._id}/sign_in_link`), 403);
    t.is(await status(boss, 'POST', `${ADMIN}/people/${boss.account._id}/sign_in_link`), 403);
    await ok(boss, 'POST', `${person}/sign_out`);
    t.is(await status(ann, 'GET', '/api/v1/accounts/verify_credentials'), 401);
    await ok(boss, 'POST', `${person}/suspend`);
    t.is(await status(boss, 'POST', `${person}/sign_in_link`), 409);
    // Nothing of the link itself is written down.
    t.notRegex(JSON.stringify(await audit(boss, 'limit=200')), new RegExp(url.split('/').at(-1)));
  },
);

test.serial('moderators share the work on a report, and remove what was reported', async (t) => {
  const boss = await admin();
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const inner = await ok(bob, 'POST', '/api/mitoyen/v1/groups', {
    name: 'Inner',
    access: 'secret',
  });
  await ok(bob, 'POST', `/api/mitoyen/v1/groups/${inner.id}/invitations`, {
    accounts: [ann.account._id],
  });
  await ok(ann, 'POST', `/api/mitoyen/v1/groups/${inner.id}/join`);
  const [bad, other] = [
    await say(bob, 'rude', { group_id: inner.id }),
    await say(bob, 'harmless', { group_id: inner.id }),
  ];
  await settled();
  const filed = await ok(ann, 'POST', '/api/v1/reports', {
    account_id: bob.account._id,
    status_ids: [bad.id],
    comment: 'look',
  });
  const one = `${ADMIN}/reports/${filed.id}`;
  await ok(boss, 'PUT', `${one}/assignee`, { account_id: boss.account._id });
  const noted = await ok(boss, 'POST', `${one}/notes`, { text: 'Spoke with both' });
  t.is(noted.assigned_account.id, boss.account._id);
  t.like(noted.notes[0], { text: 'Spoke with both' });
  t.is(await status(boss, 'PUT', `${one}/assignee`, { account_id: ann.account._id }), 404);
  t.is(await status(boss, 'DELETE', `${one}/statuses/${other.id}`), 404);
  await ok(boss, 'DELETE', `${one}/statuses/${bad.id}`);
  t.is(await status(ann, 'GET', `/api/v1/statuses/${bad.id}`), 404);
  t.is(await status(ann, 'GET', `/api/v1/statuses/${other.id}`), 200);
  t.is(await status(ann, 'DELETE', `${one}/statuses/${other.id}`), 403);
});

test.serial('what files take is told by kind and by person', async (t) => {
  const boss = await admin();
  const facts = await get(boss, `${ADMIN}/media`);
  t.deepEqual(Object.keys(facts).sort(), ['kinds', 'people', 'quota_bytes', 'remote', 'total']);
  t.true(facts.quota_bytes > 0);
  const [ann] = (await people('ann')) as [Person];
  t.is(await status(ann, 'GET', `${ADMIN}/media`), 403);
});

test.serial(
  'unread messages are counted, and one that is on its way is not delivered yet',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const to = `@${bob.account.username}`;
    const [, , last] = [
      await say(ann, `${to} one`, { visibility: 'direct' }),
      await say(ann, `${to} two`, { visibility: 'direct' }),
      await say(ann, `${to} three`, { visibility: 'direct' }),
    ];
    await settled();
    const [talk] = await get(bob, '/api/v1/conversations');
    t.is(talk.mitoyen.unread_count, 3);
    const state = await get(ann, `/api/mitoyen/v1/conversations/${talk.id}/state`);
    t.is(state.delivered_up_to, last.id);
    await ok(bob, 'POST', `/api/v1/conversations/${talk.id}/read`);
    await say(ann, `${to} four`, { visibility: 'direct' });
    await settled();
    t.is((await get(bob, '/api/v1/conversations'))[0].mitoyen.unread_count, 1);
  },
);
