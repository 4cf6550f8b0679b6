/** What a partner's people write is heard live, and nothing more once the agreement has ended. */
import test from 'ava';
import type { AnyJson, Booted } from './support/boot.ts';
import { listen } from './support/streams.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test, { federation: { mode: 'partners' } });
type Person = Awaited<ReturnType<Booted['person']>> & { at: Booted };

const call = (by: Person, method: string, path: string, body?: unknown) =>
  by.at.request(method, path, { token: by.token, body });
async function person(at: Booted, name: string, role: 'member' | 'admin' = 'member') {
  return { ...(await at.person(name, { role })), at };
}
async function say(by: Person, status: string, more: object): Promise<AnyJson> {
  const made = await call(by, 'POST', '/api/v1/statuses', { status, ...more });
  if (made.status !== 200) throw new Error(made.text);
  await apps().settled();
  return made.json;
}

test.serial('a shared group is heard at the partner while the agreement holds', async (t) => {
  const { acme, north, settled } = apps();
  const [ann, bo] = [await person(acme, 'ann', 'admin'), await person(north, 'bo', 'admin')];
  const scopes = ['follow', 'posts', 'groups', 'messages', 'directory'] as const;
  const terms = { purpose: 'One project', scopes: [...scopes] };
  await acme.apis.partners.offer(north.kit.ownHost, terms, ann.account._id);
  await settled();
  await north.apis.partners.accept(acme.kit.ownHost, bo.account._id);
  await settled();

  const group = (
    await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: 'works', access: 'closed' })
  ).json.id;
  const handle = `${bo.account.username}@${north.kit.ownHost}`;
  await call(ann, 'POST', `/api/mitoyen/v1/groups/${group}/invitations`, { accounts: [handle] });
  await settled();
  const [invitation] = (await call(bo, 'GET', '/api/mitoyen/v1/group_invitations')).json;
  const copy = invitation.group.id;
  await call(bo, 'POST', `/api/mitoyen/v1/groups/${copy}/invitation/accept`);
  await settled();

  const query = `?stream=user&access_token=${bo.token}`;
  const ears = await listen(north.baseUrl, { query });
  ears.say({ type: 'subscribe', stream: 'group', group: copy });
  await say(ann, 'inside both houses', { visibility: 'group', group_id: group });
  const streams = [];
  for (let index = 0; index < 2; index += 1) {
    const told = await ears.event('update');
    t.regex(told.payload.content, /inside both houses/);
    t.is(told.payload.account.acct, `ann@${acme.kit.ownHost}`);
    streams.push(told.stream?.[0]);
  }
  t.deepEqual(streams.toSorted(), ['group', 'user']);
  await say(ann, `@${handle} between us`, { visibility: 'direct' });
  t.regex((await ears.event('notification')).payload.status.content, /between us/);

  await north.apis.partners.revoke(acme.kit.ownHost, bo.account._id);
  await settled();
  await say(ann, 'after the end', { visibility: 'group', group_id: group });
  await call(bo, 'POST', '/api/v1/statuses', { status: 'the mark', visibility: 'company' });
  t.regex((await ears.event('update')).payload.content, /the mark/);
  t.false(ears.heard.some((one) => one.event === 'update'));
  ears.close();
});
