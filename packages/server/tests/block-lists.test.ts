/** Blocks in Mastodon's shapes, block lists in and out, and lists that are followed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { answerOf } from '../src/features/api-docs/answers.ts';
import { type AnyJson, withApp } from './support/boot.ts';
import { createPeer } from './support/peer.ts';
import { until } from './support/two-partners.ts';

const app = withApp(test);
const OURS = '/api/mitoyen/v1/admin';
const MASTODON = '/api/v1/admin/domain_blocks';
let token = '';

/** A server somewhere that keeps a list. */
let answer: { status: number; body: string } = { status: 200, body: '' };
const somewhere = createServer((_, response) => {
  response.writeHead(answer.status, { 'content-type': 'text/csv' }).end(answer.body);
});
test.before(async () => {
  await new Promise<void>((resolve) => somewhere.listen(0, '127.0.0.1', resolve));
});
test.after.always(() => {
  somewhere.closeAllConnections();
  somewhere.close();
});

async function admin(method: string, path: string, body?: object) {
  token ||= (await app().person('boss', { role: 'admin' })).token;
  const given = await app().request(method, path, { token, ...(body && { body }) });
  const place = path.split('?')[0]?.replace(/(block_lists)\/[0-9A-Z]{20,}/, '$1/:id') ?? path;
  if (given.status === 200) answerOf(method.toLowerCase(), place)?.parse(given.json);
  return given;
}

async function blocked(): Promise<string[]> {
  const { json } = await admin('GET', `${OURS}/domain_blocks`);
  return json.map((one: AnyJson) => `${one.domain} ${one.severity}`).toSorted();
}

async function reset(): Promise<void> {
  for (const { _id } of await app().apis.partners.blocks()) await app().apis.partners.unblock(_id);
}
test.serial.beforeEach(reset);

test.serial('Mastodon’s admin API makes, pages, changes and lifts blocks', async (t) => {
  const made = await admin('POST', MASTODON, { domain: 'Loud.example', private_comment: 'loud' });
  t.is(made.status, 200, made.text);
  t.is(made.json.severity, 'silence', 'Mastodon’s default');
  t.false(made.json.reject_media);
  t.is(made.json.digest.length, 64);
  for (const domain of ['a.example', 'b.example']) await admin('POST', MASTODON, { domain });
  const first = await admin('GET', `${MASTODON}?limit=2`);
  t.deepEqual(
    first.json.map((one: AnyJson) => one.domain),
    ['b.example', 'a.example'],
  );
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const rest = await admin('GET', next);
  t.deepEqual(
    rest.json.map((one: AnyJson) => one.domain),
    ['loud.example'],
  );

  const path = `${MASTODON}/${made.json.id}`;
  t.is((await admin('GET', path)).json.domain, 'loud.example');
  const changed = await admin('PUT', path, { severity: 'suspend', obfuscate: true });
  t.is(changed.json.severity, 'suspend');
  t.is(changed.json.private_comment, 'loud', 'what was not named stays');
  t.false(app().apis.policy.allows('loud.example'));
  t.is((await admin('PUT', path, { severity: 'banish' })).status, 422);
  t.is((await admin('DELETE', path)).status, 200);
  t.is((await admin('GET', path)).status, 404);
  t.true(app().apis.policy.allows('loud.example'));
});

test.serial('a list is exported as Mastodon’s CSV and imported again', async (t) => {
  const comment = 'spam, "free"';
  await admin('POST', MASTODON, {
    ...{ domain: 'spam.example', severity: 'suspend', public_comment: comment },
  });
  await admin('POST', MASTODON, { domain: 'loud.example', reject_media: true });
  const csv = await admin('GET', `${OURS}/block_list.csv`);
  t.is(csv.status, 200);
  t.regex(csv.headers.get('content-type') ?? '', /text\/csv/);
  t.is(
    csv.text,
    [
      '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate',
      'loud.example,silence,true,false,,false',
      'spam.example,suspend,true,true,"spam, ""free""",false',
      '',
    ].join('\n'),
  );
  await reset();
  const looked = await admin('POST', `${OURS}/block_list`, { csv: csv.text, dry_run: true });
  t.is(looked.json.counts.add, 2);
  t.is(looked.json.applied, null);
  t.deepEqual(await blocked(), [], 'looking changes nothing');
  const imported = await admin('POST', `${OURS}/block_list`, { csv: csv.text });
  t.deepEqual(imported.json.applied, { blocked: 2, changed: 0, lifted: 0, skipped: 0 });
  t.deepEqual(await blocked(), ['loud.example silence', 'spam.example suspend']);
  t.false(app().apis.policy.allows('spam.example'));
  const again = await admin('POST', `${OURS}/block_list`, { csv: csv.text });
  t.is(again.json.counts.same, 2);
  t.is((await admin('POST', `${OURS}/block_list`, { csv: '"broken' })).json.counts?.add ?? 0, 0);
});

test.serial('a list that is followed changes nothing before an admin has looked', async (t) => {
  const { port } = somewhere.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/blocks.csv`;
  answer = { status: 200, body: 'domain,severity\nspam.example,suspend\nloud.example,silence\n' };
  const list = await admin('POST', `${OURS}/block_lists`, { url });
  t.is(list.status, 200, list.text);
  t.true(list.json.needs_review);
  t.deepEqual(await blocked(), []);
  t.is((await admin('POST', `${OURS}/block_lists`, { url })).status, 409);

  const path = `${OURS}/block_lists/${list.json.id}`;
  const review = await admin('GET', `${path}/review`);
  t.deepEqual(
    review.json.add.map((one: AnyJson) => one.domain),
    ['spam.example', 'loud.example'],
  );
  const digest = list.json.digest;
  const some = await admin('POST', `${path}/apply`, { digest, only: ['spam.example'] });
  t.deepEqual(some.json, { blocked: 1, changed: 0, lifted: 0, skipped: 1 });
  t.deepEqual(await blocked(), ['spam.example suspend']);
  t.false((await admin('GET', `${OURS}/block_lists`)).json[0].needs_review);

  answer = { status: 200, body: 'domain,severity\nworse.example,suspend\n' };
  t.true((await admin('POST', `${path}/check`, {})).json.needs_review);
  t.deepEqual(await blocked(), ['spam.example suspend']);
  const late = await admin('POST', `${path}/apply`, { digest });
  t.is(late.status, 409, 'the list is not what was looked at any more');
  const changes = (await admin('GET', `${path}/review`)).json;
  t.is(changes.lift[0].domain, 'spam.example');
  await admin('POST', `${path}/apply`, {});
  t.deepEqual(await blocked(), ['worse.example suspend']);

  answer = { status: 500, body: '' };
  const failed = await admin('POST', `${path}/check`, {});
  t.is(failed.json.error, 'status 500');
  t.deepEqual(await blocked(), ['worse.example suspend'], 'a list that is gone lifts nothing');
  answer = { status: 200, body: '<html>not found</html>' };
  t.truthy((await admin('POST', `${path}/check`, {})).json.error);
  answer = { status: 200, body: 'x.example\n'.repeat(250_000) };
  t.is((await admin('POST', `${path}/check`, {})).json.error, 'too_large');
  t.is((await admin('DELETE', path)).status, 200);
  t.is((await admin('GET', `${path}/review`)).status, 404);
  t.deepEqual(await blocked(), ['worse.example suspend'], 'its blocks stay');
});

test.serial('what is no address cannot be followed', async (t) => {
  for (const url of ['', 'blocks.csv', 'file:///etc/passwd', 'https://user:pass@lists.example/']) {
    t.is((await admin('POST', `${OURS}/block_lists`, { url })).status, 422, url);
  }
});

test.serial('who is silenced is in no public list, and heard by followers alone', async (t) => {
  const { request, person, apis, baseUrl, settled } = app();
  const peer = await createPeer();
  try {
    const [ann, ben] = [await person('ann'), await person('ben')];
    const eve = peer.person('eve');
    const remote = await apis.accounts.resolveIri(eve.iri);
    const follow = `/api/v1/accounts/${remote?._id}/follow`;
    await request('POST', follow, { token: ann.token });
    await settled();
    const asked = peer.received.find((one) => one.type === 'Follow');
    await peer.deliver(`${baseUrl}/inbox`, eve, peer.activity('Accept', eve, asked));
    await settled();
    const host = new URL(eve.iri).host;
    const block = await apis.partners.block(host, { severity: 'silence', rejectMedia: false });
    const words = 'heard by some';
    const note = peer.note(eve, {
      content: `<p>${words}</p>`,
      cc: [eve.followers, ann.account.iri, ben.account.iri],
      tag: [ann, ben].map(({ account }) => ({ type: 'Mention', href: account.iri })),
    });
    const create = peer.activity('Create', eve, note);
    t.is(await peer.deliver(`${baseUrl}/inbox`, eve, create), 202);
    await settled();
    const sees = async (path: string, who = ann) =>
      (await request('GET', path, { token: who.token })).text.includes(words);
    await until(() => sees('/api/v1/timelines/home'));
    t.false(await sees('/api/v1/timelines/public'));
    t.true(await sees('/api/v1/notifications'));
    t.false(await sees('/api/v1/notifications', ben));
    t.true(await sees('/api/v1/notifications/requests', ben), 'it waits for a look');
    const wish = peer.activity('Follow', eve, ben.account.iri);
    await peer.deliver(`${baseUrl}/inbox`, eve, wish);
    await settled();
    const asking = (await request('GET', '/api/v1/follow_requests', { token: ben.token })).json;
    t.is(asking[0]?.id, remote?._id, 'the person decides');
    t.false(peer.received.some((one) => one.type === 'Accept'));
    await apis.partners.unblock(block._id);
    t.true(await sees('/api/v1/timelines/public'));
  } finally {
    await peer.stop();
  }
});

test.serial('pictures and reports of a host are refused each by its own flag', async (t) => {
  const { apis, kit } = app();
  const url = 'http://pics.example/a.png';
  const reason = async () => {
    const fetched = await kit.remote.bytes(url, 1000);
    return 'reason' in fetched ? fetched.reason : fetched.kind;
  };
  const rejected = { severity: 'noop', rejectMedia: true, rejectReports: true } as const;
  await apis.partners.block('pics.example', rejected);
  t.true(apis.policy.allows('pics.example'), 'everything else goes on');
  t.is(await reason(), 'policy');
  t.deepEqual(apis.policy.restriction('sub.pics.example:8080'), {
    ...{ silence: false, media: true, reports: true },
  });
  await reset();
  t.not(await reason(), 'policy');
  t.is(apis.policy.restriction('pics.example'), null);
});

test.serial('members neither see lists nor make them', async (t) => {
  const { token: theirs } = await app().person('member');
  for (const [method, path] of [
    ['GET', MASTODON],
    ['POST', `${OURS}/block_list`],
    ['GET', `${OURS}/block_list.csv`],
    ['GET', `${OURS}/block_lists`],
    ['POST', `${OURS}/block_lists`],
    ['POST', `${OURS}/block_lists/x/apply`],
  ] as const) {
    const body = method === 'POST' ? { body: { csv: 'a.example', url: 'https://x.example' } } : {};
    const { status } = await app().request(method, path, { token: theirs, ...body });
    t.is(status, 403, path);
    t.is((await app().request(method, path, body)).status, 401, path);
  }
});
