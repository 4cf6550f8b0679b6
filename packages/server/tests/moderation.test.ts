import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test, { limits: { open_reports_per_host: 2 } }, async () => ({
  instance: { rules: ['Be kind', 'Keep secrets'] },
}));
const ADMIN = '/api/mitoyen/v1/admin';

let names = 0;
function name(prefix: string): string {
  names += 1;
  return `${prefix}${names}`;
}

test.serial('a report reaches the moderators, who resolve it', async (t) => {
  const { acme } = apps();
  const moderator = await acme.person(name('mod'), { role: 'moderator' });
  const ann = await acme.person(name('ann'));
  const bob = await acme.person(name('bob'));
  const post = (text: string, token: string) =>
    acme.request('POST', '/api/v1/statuses', { token, body: { status: text } });
  const bad = await post('rude words', bob.token);
  const other = await post('by somebody else', ann.token);
  const filed = await acme.request('POST', '/api/v1/reports', {
    token: ann.token,
    body: {
      account_id: bob.account._id,
      status_ids: [bad.json.id, other.json.id, 'nothing'],
      comment: 'Please look',
      category: 'spam',
      forward: true,
    },
  });
  t.is(filed.status, 200, filed.text);
  t.is(filed.json.category, 'spam');
  t.false(filed.json.action_taken);
  t.false(filed.json.forwarded, 'bob is here: there is nowhere to forward to');
  t.deepEqual(filed.json.status_ids, [bad.json.id]);
  t.is(filed.json.target_account.id, bob.account._id);
  await acme.settled();

  const { token } = moderator;
  const list = await acme.request('GET', `${ADMIN}/reports`, { token });
  const shown = list.json.find((one: AnyJson) => one.id === filed.json.id);
  t.is(shown.comment, 'Please look');
  t.is(shown.account.id, ann.account._id);
  t.is(shown.statuses[0].id, bad.json.id);
  const told = await acme.request('GET', '/api/v1/notifications', { token });
  const news = told.json.find((one: AnyJson) => one.type === 'admin.report');
  t.is(news.report.id, filed.json.id, 'apps open it from here');
  t.is(news.report.target_account.id, bob.account._id);
  const grouped = await acme.request('GET', '/api/v2/notifications', { token });
  const groups: AnyJson[] = grouped.json.notification_groups;
  t.is(groups.find((one) => one.type === 'admin.report')?.report.id, filed.json.id);

  const resolved = await acme.request('POST', `${ADMIN}/reports/${filed.json.id}/resolve`, {
    token,
  });
  t.true(resolved.json.action_taken);
  t.is(resolved.json.action_taken_by_account.id, moderator.account._id);
  const open = await acme.request('GET', `${ADMIN}/reports`, { token });
  t.false(open.json.some((one: AnyJson) => one.id === filed.json.id));
  const done = await acme.request('GET', `${ADMIN}/reports?resolved=true`, { token });
  t.true(done.json.some((one: AnyJson) => one.id === filed.json.id));
  const again = await acme.request('POST', `${ADMIN}/reports/${filed.json.id}/reopen`, { token });
  t.false(again.json.action_taken);
});

test.serial('a report names the rules that are broken, and moderators read them', async (t) => {
  const { acme } = apps();
  const [ann, bob] = [await acme.person(name('ann')), await acme.person(name('bob'))];
  const { token } = await acme.person(name('mod'), { role: 'moderator' });
  const rules = (await acme.request('GET', '/api/v1/instance/rules')).json;
  const report = (rule_ids: string[]) =>
    acme.request('POST', '/api/v1/reports', {
      token: ann.token,
      body: { account_id: bob.account._id, category: 'violation', rule_ids },
    });
  const filed = await report([rules[1].id]);
  t.deepEqual(filed.json.rule_ids, [rules[1].id]);
  t.is(filed.json.category, 'violation');
  const shown = await acme.request('GET', `${ADMIN}/reports/${filed.json.id}`, { token });
  t.is(shown.json.rules[0].text, 'Keep secrets');
  t.is((await report(['3'])).status, 422);
});

test.serial('members neither see reports nor blocks', async (t) => {
  const { acme } = apps();
  const { token } = await acme.person(name('member'));
  for (const path of ['/reports', '/reports/x', '/domain_blocks']) {
    t.is((await acme.request('GET', `${ADMIN}${path}`, { token })).status, 403, path);
    t.is((await acme.request('GET', `${ADMIN}${path}`)).status, 401, path);
  }
  const body = { domain: 'evil.example' };
  t.is((await acme.request('POST', `${ADMIN}/domain_blocks`, { token, body })).status, 403);
});

test.serial('a report without sense is refused', async (t) => {
  const { acme } = apps();
  const { token, account } = await acme.person(name('ann'));
  const report = (body: object) => acme.request('POST', '/api/v1/reports', { token, body });
  t.is((await report({ account_id: 'nothing' })).status, 404);
  t.is((await report({})).status, 422);
  t.is((await report({ account_id: account._id, comment: 'x'.repeat(1001) })).status, 422);
  t.is((await report({ account_id: account._id, category: 'boredom' })).status, 422);
});

test.serial('a forwarded report reaches the other server without its reporter', async (t) => {
  const { acme, north, settled } = apps();
  const ann = await acme.person(name('ann'));
  const bob = await north.person(name('bob'));
  const moderator = await north.person(name('mod'), { role: 'moderator' });
  const remote = await acme.apis.accounts.resolveIri(bob.account.iri);
  t.truthy(remote);
  const filed = await acme.request('POST', '/api/v1/reports', {
    token: ann.token,
    body: { account_id: remote?._id, comment: 'Rude', forward: 'true' },
  });
  t.true(filed.json.forwarded);
  await settled();
  const list = await north.request('GET', `${ADMIN}/reports`, { token: moderator.token });
  const shown = list.json.find((one: AnyJson) => one.target_account.id === bob.account._id);
  t.is(shown.comment, 'Rude');
  t.is(shown.host, acme.kit.ownHost);
  t.false(JSON.stringify(shown).includes(ann.account.username));
});

test.serial('reports of one host are bounded, and a repeated one is one', async (t) => {
  const { acme, north, settled } = apps();
  const bob = await north.person(name('bob'));
  const actor = await acme.apis.accounts.instanceActor();
  const flag = (id: string) =>
    acme.kit.outbox.send({
      actor: actor._id,
      activity: { id, type: 'Flag', actor: actor.iri, object: bob.account.iri, content: id },
      recipients: { inboxes: [`${north.baseUrl}/inbox`] },
      scope: 'posts',
    });
  const count = () => north.kit.mongo.collection('reports').countDocuments({});
  await north.kit.mongo.collection('reports').deleteMany({});
  for (const one of [1, 1, 2, 3, 4]) await flag(`${acme.baseUrl}/flags/${one}`);
  await settled();
  t.is(await count(), 2);
});

test.serial('a block is listed, refused twice, takes effect at once and is lifted', async (t) => {
  const { acme } = apps();
  const { token } = await acme.person(name('boss'), { role: 'admin' });
  const body = { domain: 'Evil.Example', private_comment: 'spam' };
  t.true(acme.apis.policy.allows('a.evil.example'));
  const made = await acme.request('POST', `${ADMIN}/domain_blocks`, { token, body });
  t.is(made.status, 200, made.text);
  t.is(made.json.domain, 'evil.example');
  t.is(made.json.severity, 'suspend');
  t.false(acme.apis.policy.allows('a.evil.example'));
  t.is((await acme.request('POST', `${ADMIN}/domain_blocks`, { token, body })).status, 409);
  const list = await acme.request('GET', `${ADMIN}/domain_blocks`, { token });
  t.is(list.json.length, 1);
  const path = `${ADMIN}/domain_blocks/${made.json.id}`;
  t.is((await acme.request('DELETE', path, { token })).status, 200);
  t.is((await acme.request('DELETE', path, { token })).status, 404);
  t.true(acme.apis.policy.allows('a.evil.example'));
  const own = { domain: acme.kit.ownHost };
  t.is((await acme.request('POST', `${ADMIN}/domain_blocks`, { token, body: own })).status, 422);
});
