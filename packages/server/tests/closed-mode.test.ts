/** `federation.mode: closed`: nothing comes in, nothing goes out, and nothing tells that anything is here. */
import test from 'ava';
import type { Agreement } from '../src/features/partners/partners.ts';
import { withApp } from './support/boot.ts';
import { createPeer, type Peer, type PeerPerson } from './support/peer.ts';

const app = withApp(test, {
  federation: { mode: 'closed' },
  instance: { name: 'Hidden house' },
});
const LISTS = '/api/mitoyen/v1/admin/block_lists';
let peer: Peer;
let eve: PeerPerson;

test.before(async () => {
  peer = await createPeer();
  eve = peer.person('eve');
  peer.person('actor', 'Application');
});
test.after.always(() => peer?.stop());

/** As an earlier mode left it: an agreement in force, a follower there, deliveries that wait. */
async function leaveBehind(ann: string): Promise<void> {
  const { kit } = app();
  const rows = (name: string) => kit.mongo.collection<{ _id: string }>(name);
  const agreement: Partial<Agreement> = {
    ...{ iri: `${peer.base}/agreements/1`, host: peer.host, state: 'active', version: 1 },
    ...{ scopes: ['follow', 'posts', 'groups', 'messages', 'directory'], groups: 'all' },
    ...{ limits: { copiesThen: 'purge' }, createdAt: 1, updatedAt: 1, signatures: [] },
  };
  const them = { host: peer.host, name: 'Before', actor: `${peer.base}/actor` };
  await rows('agreements').insertOne({ _id: 'before', ...agreement, ...{ them } });
  await app().apis.partners.block('other.example', {});
  for (const scope of ['posts', 'agreement']) {
    const activity = `${app().baseUrl}/activities/${scope}`;
    const expiresAt = new Date(Date.now() + 1e8);
    await rows('activities').insertOne({
      _id: activity,
      ...{ actor: ann, json: '{}', at: 1, expiresAt },
    });
    await rows('deliveries').insertOne({
      _id: scope,
      ...{ activity, actor: ann, inbox: `${peer.base}/inbox`, host: peer.host, scope },
      ...{ state: 'waiting', urgent: false, attempts: 0, firstAt: 1, nextAt: 1 },
      ...(scope === 'agreement' && { agreement: true }),
    });
  }
}

test('a closed server is not there for others, and asks and sends nothing', async (t) => {
  const { request, apis, kit, settled, baseUrl } = app();
  const boss = await app().person('boss', { role: 'admin' });
  const ann = await app().person('ann');
  const as = (token: string, method: string, path: string, body?: object) =>
    request(method, path, { token, ...(body && { body }) });
  const group = await as(ann.token, 'POST', '/api/mitoyen/v1/groups', {
    ...{ name: 'yard', access: 'open', partners: 'all' },
  });
  t.is(group.status, 200, group.text);
  const inside = { status: 'inside', visibility: 'group', group_id: group.json.id };
  const post = await as(ann.token, 'POST', '/api/v1/statuses', inside);
  await leaveBehind(ann.account._id);
  t.false(apis.policy.allows(peer.host));
  t.false(apis.policy.allowsAgreement(peer.host));

  // Every road in, with a good signature.
  const follow = peer.activity('Follow', eve, ann.account.iri);
  const offer = peer.activity('Offer', eve, { type: 'mitoyen:Agreement' });
  for (const body of [follow, offer])
    for (const inbox of ['/inbox', '/users/ann/inbox', '/actor/inbox', '/groups/yard/inbox'])
      t.is((await peer.signed('POST', `${baseUrl}${inbox}`, eve, { body })()).status, 404, inbox);
  const path = new URL(post.json.uri).pathname;
  const documents = [
    ...['/actor', '/actor/agreements', '/users/ann', '/users/ann/outbox', '/users/ann/followers'],
    ...['/groups/yard', '/groups/yard/followers', '/groups/yard/outbox', path, `${path}/activity`],
  ];
  for (const document of documents)
    t.is((await peer.get(`${baseUrl}${document}`, eve)).status, 404, document);
  const found = [
    `/.well-known/webfinger?resource=acct:ann@${kit.ownHost}`,
    `/.well-known/webfinger?resource=${encodeURIComponent(ann.account.iri)}`,
    '/.well-known/host-meta',
  ];
  for (const road of found) t.is((await request('GET', road)).status, 404, road);
  // Nor does the API tell who has not signed in.
  const { _id: id } = ann.account;
  for (const road of [`/api/v1/accounts/${id}`, '/api/v1/accounts/lookup?acct=ann'])
    t.is((await request('GET', road)).status, 404, road);
  t.deepEqual((await request('GET', `/api/v1/accounts?id[]=${id}`)).json, []);
  // Apps look here before they sign in: they learn the software, and not whose house it is.
  const software = await request('GET', '/nodeinfo/2.1');
  t.is(software.json.software.name, 'mitoyen');
  t.false(software.text.includes('Hidden house'));
  t.is(await kit.mongo.collection('receipts').countDocuments({}), 0);
  t.is(await kit.mongo.collection('pending_hosts').countDocuments({}), 0);

  // Every road out: offers, look-ups, posts, lists, and what waited.
  for (const verb of ['offer', `${encodeURIComponent(peer.host)}/review`]) {
    const body = { host: peer.host, purpose: 'x', scopes: ['posts'] };
    const answer = await as(boss.token, 'POST', `/api/mitoyen/v1/partners/${verb}`, body);
    t.is(answer.status, 422, answer.text);
    t.regex(answer.text, /federation\.mode is closed/);
  }
  const search = `/api/v2/search?resolve=true&q=${encodeURIComponent(eve.iri)}`;
  t.deepEqual((await as(ann.token, 'GET', search)).json.accounts, []);
  t.is(await apis.accounts.resolveHandle(`eve@${peer.host}`), null);
  const named = { status: `@eve@${peer.host} hello`, visibility: 'public' };
  t.is((await as(ann.token, 'POST', '/api/v1/statuses', named)).status, 200);
  const list = await as(boss.token, 'POST', LISTS, { url: `${peer.base}/list.csv` });
  t.regex(list.text, /federation\.mode is closed/);
  await app().app.sweep(0);
  await settled();
  t.deepEqual(peer.seen, [], 'nothing was asked of the peer');
  t.deepEqual(peer.received, []);
  t.is(await kit.mongo.collection('deliveries').countDocuments({}), 0, 'nothing waits any more');
});
