/** Events: announcing, answering, places, changes, reminders, the calendar file; and across companies. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { createPeer, type Peer, PUBLIC } from './support/peer.ts';

let acme: Booted;
let north: Booted;
let peer: Peer;
test.before(async () => {
  [acme, north, peer] = await Promise.all([bootApp(), bootApp(), createPeer()]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop(), peer?.stop()]);
});
const [here, there] = [membersOf(() => acme), membersOf(() => north)];
const HOUR = 3_600_000;
const iso = (fromNow: number) => new Date(Date.now() + fromNow).toISOString();
const event = (more: object = {}) => ({
  event: { title: 'Summer party', starts_at: iso(48 * HOUR), location: 'Courtyard', ...more },
});
const base = '/api/mitoyen/v1/events';
const answer = (by: Person, id: string, wanted: string) =>
  here.call(by, 'POST', `${base}/${id}/answer`, { answer: wanted });
const shown = async (by: Person, id: string): Promise<AnyJson> =>
  (await here.get(by, `/api/v1/statuses/${id}`)).mitoyen.event;
const told = async (by: Person, type: string): Promise<AnyJson[]> =>
  here.get(by, `/api/v1/notifications?types[]=mitoyen.${type}`);

async function eventually(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('people say whether they come, everybody sees how many, the organizer is told', async (t) => {
  const [ann, bob, cal] = (await here.people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await here.say(ann, 'Bring **cake**', {
    visibility: 'company',
    ...event({ ends_at: iso(50 * HOUR), time_zone: 'Europe/Paris', url: 'https://meet.example/x' }),
  });
  // Apps that know no events show it all the same.
  t.regex(post.content, /Summer party.*\(Europe\/Paris\) · Courtyard.*<strong>cake<\/strong>/s);
  t.is(post.mitoyen.event.description, '<p>Bring <strong>cake</strong></p>');
  // Whoever opens their calendar now finds it, and themselves in it.
  t.like(post.mitoyen.event, { going_count: 1, my_answer: 'going' });
  t.true((await here.get(ann, base)).some((one: AnyJson) => one.id === post.id));
  t.is((await answer(bob, post.id, 'going')).json.mitoyen.event.my_answer, 'going');
  await answer(cal, post.id, 'maybe');
  await here.settled();
  t.like(await shown(bob, post.id), { going_count: 2, maybe_count: 1, my_answer: 'going' });
  t.is((await told(ann, 'event_answer')).length, 2);
  await answer(bob, post.id, 'declined');
  await here.settled();
  t.like(await shown(ann, post.id), { going_count: 1, maybe_count: 1, my_answer: 'going' });
  t.is((await told(ann, 'event_answer')).length, 1);
  const names = async (wanted: string) =>
    (await here.get(bob, `${base}/${post.id}/people?answer=${wanted}`)).map(
      (one: AnyJson) => one.id,
    );
  t.deepEqual(await names('going'), [ann.account._id]);
  t.deepEqual(await names('declined'), [bob.account._id]);
});

test('where every place is taken nobody else gets one, and a place given back is free', async (t) => {
  const [ann, bob, cal] = (await here.people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await here.say(ann, '', { visibility: 'company', ...event({ capacity: 2 }) });
  const both = await Promise.all([answer(bob, post.id, 'going'), answer(cal, post.id, 'going')]);
  t.deepEqual(both.map((one) => one.status).toSorted(), [200, 422]);
  t.regex(both.find((one) => one.status === 422)?.text ?? '', /every place is taken/);
  const [first, second] = both[0]?.status === 200 ? [bob, cal] : [cal, bob];
  await here.settled();
  t.is((await shown(second, post.id)).going_count, 2);
  await answer(first, post.id, 'declined');
  t.is((await answer(second, post.id, 'going')).status, 200);
});

test('bad events are refused with every reason at once', async (t) => {
  const [ann, bob] = (await here.people('ann', 'bob')) as [Person, Person];
  const refused = async (body: object) => {
    const result = await here.call(ann, 'POST', '/api/v1/statuses', { status: 'x', ...body });
    t.is(result.status, 422, result.text);
    return result.text;
  };
  const late = await refused(event({ title: '', starts_at: iso(-HOUR), capacity: 0 }));
  t.regex(late, /title.*blank.*must be in the future.*between 1 and/is);
  t.regex(await refused(event({ ends_at: iso(HOUR) })), /after it starts/);
  t.regex(await refused(event({ time_zone: 'Mars/Base' })), /not a time zone/);
  t.regex(await refused(event({ starts_at: 'soon' })), /date and time/);
  t.regex(await refused(event({ url: 'javascript:alert(1)' })), /web address/);
  const poll = { poll: { options: ['a', 'b'], expires_in: 3600 } };
  t.regex(await refused({ ...event(), ...poll }), /cannot be combined/);
  t.regex(
    await refused({ ...event(), status: here.handle(bob), visibility: 'direct' }),
    /is for posts to/,
  );
});

test('only who may read the post sees its event, its people and its file', async (t) => {
  const [ann, bob] = (await here.people('ann', 'bob')) as [Person, Person];
  const inner = await here.group(ann, 'inner', 'secret');
  const post = await here.say(ann, 'us', { group_id: inner, ...event() });
  await here.settled();
  for (const path of ['people', 'event.ics'])
    t.is(await here.status(bob, 'GET', `${base}/${post.id}/${path}`), 404);
  t.is((await answer(bob, post.id, 'going')).status, 404);
  t.is(await here.status(bob, 'POST', `${base}/${post.id}/cancel`), 404);
  t.is(await here.status(bob, 'GET', `${base}?group_id=${inner}`), 404);
  t.deepEqual(
    (await here.get(ann, `${base}?group_id=${inner}`)).map((one: AnyJson) => one.id),
    [post.id],
  );
  const plain = await here.say(ann, 'no event');
  t.is((await answer(ann, plain.id, 'going')).status, 404);
});

test('events are listed by their start, page by page, and one’s own apart', async (t) => {
  const [ann, bob] = (await here.people('ann', 'bob')) as [Person, Person];
  const club = await here.group(ann, 'club', 'closed');
  const ids: string[] = [];
  for (const days of [3, 1, 2]) {
    const { id } = await here.say(ann, `in ${days}`, {
      group_id: club,
      ...event({ starts_at: iso(days * 24 * HOUR) }),
    });
    ids[days] = id;
  }
  await here.settled();
  const first = await here.call(ann, 'GET', `${base}?group_id=${club}&limit=2`);
  t.deepEqual(
    first.json.map((one: AnyJson) => one.id),
    [ids[1], ids[2]],
  );
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await here.call(ann, 'GET', next.slice(acme.baseUrl.length));
  t.deepEqual(
    second.json.map((one: AnyJson) => one.id),
    [ids[3]],
  );
  t.false((second.headers.get('link') ?? '').includes('next'));
  await answer(ann, ids[1] ?? '', 'declined');
  const mine = await here.get(ann, `${base}?mine=true&limit=40`);
  t.deepEqual(mine.map((one: AnyJson) => one.id).slice(0, 2), [ids[2], ids[3]]);
  t.deepEqual(await here.get(bob, `${base}?mine=true`), []);
  t.deepEqual(await here.get(ann, `${base}?group_id=${club}&when=past`), []);
});

test('who comes hears of another time and of a cancellation, once each, and is reminded', async (t) => {
  const [ann, bob, cal] = (await here.people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const soon = event({ starts_at: iso(HOUR + 8000) });
  const post = await here.say(ann, 'come', { visibility: 'company', ...soon });
  await answer(bob, post.id, 'going');
  await answer(cal, post.id, 'declined');
  await here.settled();
  const put = (body: object) => here.ok(ann, 'PUT', `/api/v1/statuses/${post.id}`, body);
  await put({ status: 'come all' });
  await here.settled();
  t.deepEqual(await told(bob, 'event_changed'), []);
  t.regex((await shown(bob, post.id)).description, /come all/);
  // The timer looks every few seconds; the reminder waits until an hour before.
  await eventually('the reminder', async () => (await told(bob, 'event_reminder')).length === 1);
  await put({ status: 'come all', ...event({ starts_at: iso(72 * HOUR), location: 'Hall' }) });
  await here.settled();
  t.is((await told(bob, 'event_changed')).length, 1);
  t.like(await shown(bob, post.id), { location: 'Hall', going_count: 2, my_answer: 'going' });
  t.is(await here.status(bob, 'POST', `${base}/${post.id}/cancel`), 403);
  const off = await here.ok(ann, 'POST', `${base}/${post.id}/cancel`);
  t.true(off.mitoyen.event.cancelled);
  t.is(await here.status(ann, 'POST', `${base}/${post.id}/cancel`), 422);
  await here.settled();
  t.is((await told(bob, 'event_changed')).length, 2);
  t.deepEqual(await told(cal, 'event_changed'), []);
  t.is((await answer(cal, post.id, 'going')).status, 422);
});

test('the event as a file is what calendars read', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const post = await here.say(ann, 'a; b, c', { visibility: 'company', ...event() });
  const file = await here.call(ann, 'GET', `${base}/${post.id}/event.ics`);
  t.is(file.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const lines = file.text.split('\r\n');
  t.is(lines[0], 'BEGIN:VCALENDAR');
  t.true(lines.includes('SUMMARY:Summer party'));
  t.true(lines.includes('LOCATION:Courtyard'));
  t.true(lines.some((line) => /^DESCRIPTION:a\\; b\\, c/.test(line)));
  const start = new Date(post.mitoyen.event.starts_at).toISOString();
  t.true(lines.includes(`DTSTART:${start.slice(0, 19).replaceAll(/[-:]/g, '')}Z`));
  t.is((await here.call(null, 'GET', `${base}/${post.id}/event.ics`)).status, 401);
});

test('an event crosses the wall, an answer comes back, is accepted, and the numbers go to everybody', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bo, cy] = (await there.people('bo', 'cy')) as [Person, Person];
  const handle = `${ann.account.username}@${acme.kit.ownHost}`;
  const target = await north.apis.accounts.resolveHandle(handle);
  for (const by of [bo, cy]) await there.ok(by, 'POST', `/api/v1/accounts/${target?._id}/follow`);
  await eventually('the follow', () =>
    acme.apis.relations.hasFollowersAt(ann.account._id, north.kit.ownHost),
  );
  const post = await here.say(ann, 'Come over', {
    visibility: 'public',
    ...event({ capacity: 2 }),
  });
  const copy = async (by: Person): Promise<AnyJson> => {
    const found = await north.apis.posts.byIri(post.uri);
    return found && there.get(by, `/api/v1/statuses/${found._id}`);
  };
  await eventually('the arrival', async () => (await copy(bo)) !== null);
  const { id, mitoyen } = await copy(bo);
  t.like(mitoyen.event, { title: 'Summer party', location: 'Courtyard', capacity: 2 });
  t.is(mitoyen.event.description, '<p>Come over</p>');
  const asked = await there.ok(bo, 'POST', `${base}/${id}/answer`, { answer: 'going' });
  t.is(asked.mitoyen.event.my_answer_state, 'asked');
  const state = async (by: Person) => (await copy(by)).mitoyen.event.my_answer_state;
  await eventually('the yes', async () => (await state(bo)) === 'accepted');
  // Every place is taken: the organizer's server says no.
  await there.ok(cy, 'POST', `${base}/${id}/answer`, { answer: 'going' });
  await eventually('the no', async () => (await state(cy)) === 'rejected');
  await there.ok(cy, 'POST', `${base}/${id}/answer`, { answer: 'maybe' });
  await there.ok(bo, 'POST', `${base}/${id}/answer`, { answer: 'declined' });
  await eventually('the numbers', async () => {
    const seen = await shown(ann, post.id);
    return seen.going_count === 1 && seen.maybe_count === 1;
  });
  await eventually('the numbers there', async () => {
    const seen = (await copy(cy)).mitoyen.event;
    return seen.going_count === 1 && seen.maybe_count === 1;
  });
  t.is((await copy(cy)).edited_at, null);
  await here.ok(ann, 'POST', `${base}/${post.id}/cancel`);
  await eventually('the cancellation', async () => (await copy(cy)).mitoyen.event.cancelled);
  await eventually('the news of it', async () => {
    const path = '/api/v1/notifications?types[]=mitoyen.event_changed';
    return (await there.get(cy, path)).length === 1;
  });
});

test('in a group of two companies each comes to the other’s events', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bo] = (await there.people('bo')) as [Person];
  const works = await here.group(ann, 'works', 'closed');
  await here.ok(ann, 'POST', `/api/mitoyen/v1/groups/${works}/invitations`, {
    accounts: [`${bo.account.username}@${north.kit.ownHost}`],
  });
  const invitations = async (): Promise<AnyJson[]> =>
    there.get(bo, '/api/mitoyen/v1/group_invitations');
  await eventually('the invitation', async () => (await invitations()).length > 0);
  const copy = (await invitations())[0]?.group.id;
  await there.ok(bo, 'POST', `/api/mitoyen/v1/groups/${copy}/invitation/accept`);
  await eventually('the membership', () => acme.apis.groups.hasMembersAt(works, north.kit.ownHost));
  const post = await here.say(ann, 'ours', { group_id: works, ...event() });
  const listed = async (): Promise<AnyJson> => (await there.get(bo, `${base}?group_id=${copy}`))[0];
  await eventually('the arrival', async () => (await listed()) !== undefined);
  await there.ok(bo, 'POST', `${base}/${(await listed()).id}/answer`, { answer: 'going' });
  await eventually('the yes', async () => {
    const { my_answer_state, going_count } = (await listed()).mitoyen.event;
    return my_answer_state === 'accepted' && going_count === 2;
  });
  t.is((await shown(ann, post.id)).going_count, 2);
  const [eve] = (await there.people('eve')) as [Person];
  t.is(await there.status(eve, 'GET', `${base}/${(await listed()).id}/people`), 404);
});

test('Join and Leave as Mobilizon sends them, Accept as Friendica does; forged ones do nothing', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bob, eve] = [peer.person('bob'), peer.person('eve')];
  const post = await here.say(ann, 'Come', { visibility: 'public', ...event() });
  const secret = await here.say(ann, 'us', {
    group_id: await here.group(ann, 'quiet', 'secret'),
    ...event(),
  });
  const inbox = `${acme.baseUrl}/inbox`;
  const send = async (type: string, object: unknown, by = bob) => {
    const activity = peer.activity(type, by, object, { to: [ann.account.iri] });
    await peer.deliver(inbox, by, activity);
    await acme.settled();
    return activity.id;
  };
  const counts = async () => {
    const { going_count, maybe_count } = await shown(ann, post.id);
    return [going_count, maybe_count];
  };
  const join = await send('Join', post.uri);
  t.deepEqual(await counts(), [2, 0]);
  const accept = peer.received.find((one) => one.type === 'Accept') as AnyJson;
  t.is(accept?.object?.id, join);
  t.is(accept?.actor, ann.account.iri);
  // Nobody takes back what another one said.
  await send('Undo', { id: join, type: 'Join', actor: bob.iri, object: post.uri }, eve);
  await send('Accept', join, eve);
  t.deepEqual(await counts(), [2, 0]);
  await send('TentativeAccept', post.uri, eve);
  t.deepEqual(await counts(), [2, 1]);
  await send('Accept', post.uri, eve);
  t.deepEqual(await counts(), [3, 0]);
  await send('Leave', post.uri);
  await send('Reject', post.uri, eve);
  t.deepEqual(await counts(), [1, 0]);
  await send('Join', post.uri);
  await send('Undo', { id: join, type: 'Join', actor: bob.iri, object: post.uri });
  const before = peer.received.length;
  await send('Join', secret.uri);
  t.is((await shown(ann, secret.id)).going_count, 1);
  t.is(peer.received.length, before, 'a stranger to it is not even told no');
});

test('a foreign event is joined in its own words, waits for the organizer, and may be closed', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const dora = peer.person('dora');
  const made = (joinMode: string) =>
    peer.note(dora, {
      type: 'Event',
      name: 'Ceilidh',
      to: [PUBLIC],
      startTime: iso(24 * HOUR),
      joinMode,
      participantCount: 4,
      location: { type: 'Place', name: 'Kenn Centre' },
    });
  const [free, closed] = [made('free'), made('external')];
  const post = await acme.apis.posts.resolveIri(free.id);
  const other = await acme.apis.posts.resolveIri(closed.id);
  t.regex((await answer(ann, other?._id ?? '', 'going')).text, /not taken here/);
  await answer(ann, post?._id ?? '', 'going');
  await acme.settled();
  const join = peer.received.find((one) => one.type === 'Join') as AnyJson;
  t.is(join?.object, free.id);
  const state = async () => (await shown(ann, post?._id ?? '')).my_answer_state;
  t.is(await state(), 'asked');
  const say = async (type: string, by: typeof dora) => {
    await peer.deliver(`${acme.baseUrl}/inbox`, by, peer.activity(type, by, join.id));
    await acme.settled();
  };
  // Somebody else of the same server has no say, before and after.
  const mallory = peer.person('mallory');
  await say('Accept', mallory);
  await say('Reject', mallory);
  t.is(await state(), 'asked');
  await say('Accept', dora);
  t.is(await state(), 'accepted');
  await say('Reject', mallory);
  t.is(await state(), 'accepted');
  t.is((await shown(ann, post?._id ?? '')).going_count, 4);
});
