/** Who may fetch what was posted in a closed group from the server of its author: the group's home has the word. */
import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import type { Booted } from './support/boot.ts';
import { createPeer, type Note, type Peer, type PeerPerson } from './support/peer.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
const GROUPS = '/api/mitoyen/v1/groups';
const CLOSED_GROUPS = 'https://mitoyen.org/ns#closed-groups';
type Person = Awaited<ReturnType<Booted['person']>>;
let member: Peer;
let stranger: Peer;
let eve: PeerPerson;
let mallory: PeerPerson;
let ann: Person;
let bo: Person;
let group: { id: string; iri: string; copy: string };

test.before(async () => {
  [member, stranger] = await Promise.all([createPeer(['https://w3id.org/fep/db0e']), createPeer()]);
  eve = member.person('eve');
  mallory = stranger.person('mallory');
});
test.after.always(async () => {
  await Promise.all([member?.stop(), stranger?.stop()]);
});

async function approve(person: { iri: string }): Promise<void> {
  const { acme, settled } = apps();
  const there = await acme.apis.accounts.byIri(person.iri);
  const path = `${GROUPS}/${group.id}/requests/${there?._id}/approve`;
  await acme.request('POST', path, { token: ann.token });
  await settled();
}

/** Ann at Acme runs the group; Bo at Northwind and Eve of a foreign server are members. */
async function scene(): Promise<void> {
  const { acme, north, settled } = apps();
  [ann, bo] = await Promise.all([acme.person('ann'), north.person('bo')]);
  const body = { name: 'inner', access: 'closed', partners: 'all' };
  const made = (await acme.request('POST', GROUPS, { token: ann.token, body })).json;
  const handle = encodeURIComponent(`inner@${acme.kit.ownHost}`);
  const copy = (
    await north.request('GET', `${GROUPS}/lookup?handle=${handle}`, { token: bo.token })
  ).json;
  group = { id: made.id, iri: `${acme.baseUrl}/groups/inner`, copy: copy.id };
  await north.request('POST', `${GROUPS}/${copy.id}/join`, { token: bo.token });
  await settled();
  await approve(bo.account);
  await member.deliver(`${acme.baseUrl}/inbox`, eve, member.activity('Follow', eve, group.iri));
  await settled();
  await approve(eve);
}

async function boPosts(status: string): Promise<string> {
  const { north, settled } = apps();
  const body = { status, visibility: 'group', group_id: group.copy };
  const made = await north.request('POST', '/api/v1/statuses', { token: bo.token, body });
  if (made.status !== 200) throw new Error(made.text);
  await settled();
  return made.json.uri;
}

test.serial(
  'a server with members is given a post by its author’s server, a stranger is not',
  async (t) => {
    await scene();
    const uri = await boPosts('for members');
    t.is((await member.get(uri, eve)).status, 200, 'the home was asked');
    t.is((await stranger.get(uri, mallory)).status, 404);
    const { status } = await member.get(`${group.iri}/followers?is_follower=${eve.iri}`, eve);
    t.is(status, 200);
    const of = (iri: string) => `${group.iri}/followers?is_follower=${encodeURIComponent(iri)}`;
    t.is((await member.get(of(mallory.iri), eve)).status, 404);
    t.is((await stranger.get(of(eve.iri), mallory)).status, 404, 'not told to everybody');
    // Whose pictures are not taken may still have the word on its group.
    const { acme, north } = apps();
    const host = acme.kit.ownHost;
    await north.apis.partners.block(host, { severity: 'noop', rejectMedia: true });
    t.is((await member.get(uri, member.person('eva'))).status, 200);
    const [block] = await north.apis.partners.blocks();
    await north.apis.partners.unblock(block?._id ?? '');
  },
);

test.serial(
  'the home gives tokens to member servers alone, and a token opens a post',
  async (t) => {
    const actor = (await member.get(group.iri, eve)).json;
    const { actorToken } = actor.endpoints as Record<string, string>;
    t.is(actorToken, `${group.iri}/token`);
    t.is((await stranger.get(actorToken ?? '', mallory)).status, 404);
    const token = await member.get(actorToken ?? '', eve);
    t.is(token.status, 200);
    t.like(token.json, { issuer: group.iri, actor: eve.iri });
    const lasts =
      Date.parse(String(token.json.validUntil)) - Date.parse(String(token.json.issuedAt));
    t.is(lasts, 30 * 60_000);

    // Where the home cannot be asked (it has lost the membership since), the token still counts.
    const { acme } = apps();
    await acme.kit.mongo
      .collection('memberships')
      .updateMany({ memberHost: member.host }, { $set: { state: 'ended' } });
    const uri = await boPosts('for who brings a token');
    const bring = (by: PeerPerson, json: JsonObject, from = member) =>
      from.signed('GET', uri, by, {
        now: Date.now() + 1000,
        headers: { authorization: `ActivityPubActorToken ${JSON.stringify(json)}` },
        signed: false,
      })();
    const fred = member.person('fred');
    t.is((await bring(fred, token.json)).status, 404, 'it names another actor');
    t.is((await bring(mallory, token.json, stranger)).status, 404);
    const forged = { ...token.json, actor: fred.iri };
    t.is((await bring(fred, forged)).status, 404);
    t.is((await bring(eve, token.json)).status, 200);
    await acme.kit.mongo
      .collection('memberships')
      .updateMany({ memberHost: member.host }, { $set: { state: 'member' } });
  },
);

test.serial(
  'what a group relays without a proof is fetched from its origin with the group’s token',
  async (t) => {
    const { acme, north, settled } = apps();
    const note: Note = member.note(eve, {
      to: [group.iri],
      cc: [`${group.iri}/followers`],
      audience: group.iri,
      content: '<p>unproved words</p>',
    });
    const seen: string[] = [];
    member.guarded.set(new URL(note.id).pathname, ({ authorization = '' }) => {
      seen.push(authorization);
      return authorization.startsWith('ActivityPubActorToken {');
    });
    const activity = member.activity('Create', eve, note, {
      to: note.to,
      cc: note.cc,
      audience: group.iri,
    });
    t.is(await member.deliver(`${acme.baseUrl}/inbox`, eve, activity), 202);
    await settled();
    t.truthy(await acme.apis.posts.byIri(note.id), 'the home took it');
    t.truthy(await north.apis.posts.byIri(note.id), 'and so did the other member server');
    const token = JSON.parse(seen.at(-1)?.replace('ActivityPubActorToken ', '') ?? '{}');
    t.like(token, { issuer: group.iri, actor: `${north.baseUrl}/actor` });
  },
);

test.serial('a server says what it can do, with its own actor and with every other', async (t) => {
  const { acme } = apps();
  const hrefs = (links: JsonObject[]) => links.map(({ href }) => href);
  const server = (await member.get(`${acme.baseUrl}/actor`, eve)).json;
  t.true(hrefs(server.implements as JsonObject[]).includes(CLOSED_GROUPS));
  const person = (await member.get(ann.account.iri, eve)).json;
  const generator = person.generator as { id: string; implements: JsonObject[] };
  t.is(generator.id, `${acme.baseUrl}/actor`);
  t.deepEqual(generator.implements, server.implements);
});

test.serial(
  'a server that does not say that it keeps closed groups closed gets into none',
  async (t) => {
    const { acme, settled } = apps();
    const inbox = `${acme.baseUrl}/inbox`;
    const atAcme = (verb: string, path: string, body?: object) =>
      acme.request(verb, `${GROUPS}${path}`, { token: ann.token, body });
    const isMember = (id: string) => acme.apis.groups.hasMembersAt(id, stranger.host);
    const follow = async (by: PeerPerson, iri: string) => {
      const activity = stranger.activity('Follow', by, iri);
      await stranger.deliver(inbox, by, activity);
      await settled();
      return activity;
    };
    // It may ask; who approves is told why not.
    await follow(mallory, group.iri);
    const there = await acme.apis.accounts.byIri(mallory.iri);
    const refused = await atAcme('POST', `/${group.id}/requests/${there?._id}/approve`);
    t.is(refused.status, 403);
    t.regex(refused.json.error, /does not say that it shows closed groups to members alone/);
    t.false(await isMember(group.id));

    // Nor by invitation, nor by an invitation from before it lost the word.
    const inner = (await atAcme('POST', '', { name: 'innermost', access: 'secret' })).json;
    const invited = await atAcme('POST', `/${inner.id}/invitations`, { accounts: [there?._id] });
    t.is(invited.status, 422);
    t.regex(invited.text, /FEP-844e/);
    const inviteIri = `${acme.baseUrl}/activities/before`;
    await acme.kit.mongo.collection<{ _id: string }>('memberships').insertOne({
      _id: acme.kit.nextId(),
      ...{ group: inner.id, account: there?._id, state: 'invited', role: 'member', inviteIri },
      ...{ iri: inviteIri, memberHost: stranger.host, createdAt: 1, invitedBy: ann.account._id },
    });
    const accept = stranger.activity('Accept', mallory, inviteIri);
    t.is(await stranger.deliver(inbox, mallory, accept), 202);
    await settled();
    t.false(await isMember(inner.id));

    // An open group takes them, until it is open no more.
    const yard = (await atAcme('POST', '', { name: 'yard', access: 'open' })).json;
    await follow(mallory, yard.uri);
    t.true(await isMember(yard.id));
    await member.deliver(inbox, eve, member.activity('Follow', eve, yard.uri));
    await settled();
    await atAcme('PATCH', `/${yard.id}`, { access: 'closed' });
    await settled();
    t.false(await isMember(yard.id));
    t.true(await acme.apis.groups.hasMembersAt(yard.id, member.host), 'who says so stays');
  },
);
