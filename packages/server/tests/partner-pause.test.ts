/** Pausing a partner, resuming, and the pause that every restored instance starts with. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { AnyJson, Booted } from './support/boot.ts';
import { PARTNERS, until, withTwoPartners } from './support/two-partners.ts';

const partners = withTwoPartners(test);
type Person = Awaited<ReturnType<Booted['person']>>;
let cast: { ann: Person; bo: Person } | undefined;

/** Ann at Acme and Bo at Northwind follow each other. */
async function people() {
  const { acme, north, agree, settled } = partners();
  if (cast) return cast;
  await agree();
  cast = { ann: await acme.person('ann'), bo: await north.person('bo') };
  for (const [app, who, whom] of [
    [acme, cast.ann, cast.bo],
    [north, cast.bo, cast.ann],
  ] as const) {
    const target = await app.apis.accounts.resolveIri(whom.account.iri);
    const path = `/api/v1/accounts/${target?._id}/follow`;
    await app.request('POST', path, { token: who.token });
  }
  await settled();
  return cast;
}

async function say(app: Booted, { token }: Person, status: string): Promise<void> {
  const body = { status, visibility: 'public' };
  const { status: code } = await app.request('POST', '/api/v1/statuses', { token, body });
  if (code !== 200) throw new Error(`the post was refused: ${code}`);
}

async function reads(app: Booted, { token }: Person, words: string): Promise<boolean> {
  return (await app.request('GET', '/api/v1/timelines/home', { token })).text.includes(words);
}

async function shown(app: Booted): Promise<AnyJson> {
  const { json } = await partners().admin(app, 'GET', '');
  return json.agreements.find((one: AnyJson) => one.state === 'active');
}

async function waiting(app: Booted): Promise<number> {
  return app.kit.mongo.collection('deliveries').countDocuments({ state: 'waiting' });
}

test.serial('a paused partner gets nothing and is heard later; nothing is lost', async (t) => {
  const { acme, north, act, settled, hostOf } = partners();
  const { ann, bo } = await people();
  const paused = await act(acme, 'pause');
  t.is(paused.status, 200, paused.text);
  t.is((await shown(acme)).connection, 'paused');
  t.truthy((await shown(acme)).paused_since);
  t.is((await shown(north)).connection, 'connected');

  await say(acme, ann, 'held here');
  await say(north, bo, 'held there');
  await settled();
  t.false(await reads(north, bo, 'held here'));
  t.false(await reads(acme, ann, 'held there'));
  t.is(await waiting(acme), 1);
  t.is(await waiting(north), 1);
  t.is((await shown(acme)).deliveries.waiting, 1);
  t.is((await shown(north)).deliveries.last_error, 'status 503');

  const inbox = await acme.request('POST', '/inbox', {
    headers: {
      'content-type': 'application/activity+json',
      signature: `keyId="${north.baseUrl}/actor#main-key",signature="x"`,
    },
    body: '{}',
  });
  t.is(inbox.status, 503);
  t.true(Number(inbox.headers.get('retry-after')) > 0);
  t.is((await acme.kit.remote.document(bo.account.iri)).kind, 'failed');

  const resumed = await act(acme, 'resume');
  t.is(resumed.json.released, 1);
  // What Acme sends is a sign of life for Northwind, whose own deliveries then come at once.
  await until(() => reads(north, bo, 'held here'));
  await until(() => reads(acme, ann, 'held there'));
  t.is((await shown(acme)).connection, 'connected');
  t.is((await act(acme, 'resume')).status, 409);
  t.is(hostOf(north), (await shown(acme)).host);
});

test.serial('what was accepted before a pause is processed after it', async (t) => {
  const { acme, north, act, settled, hostOf } = partners();
  const { ann, bo } = await people();
  await act(acme, 'pause');
  const receipts = acme.kit.mongo.collection<{ _id: string; at: number }>('receipts');
  const id = `${bo.account.iri}/note/late`;
  await receipts.insertOne({
    _id: `${hostOf(north)} ${id}`,
    at: 1,
    ...{ state: 'new', host: hostOf(north), signer: bo.account.iri, attempts: 0 },
    body: JSON.stringify({
      '@context': 'https://www.w3.org/ns/activitystreams',
      ...{ id: `${id}#create`, type: 'Create', actor: bo.account.iri },
      object: {
        ...{ id, type: 'Note', attributedTo: bo.account.iri, content: '<p>late words</p>' },
        ...{ to: ['https://www.w3.org/ns/activitystreams#Public'] },
        cc: [`${bo.account.iri}/followers`],
      },
    }),
  } as never);
  await acme.app.sweep(0);
  await settled();
  t.false(await reads(acme, ann, 'late words'));
  await act(acme, 'resume');
  await receipts.updateMany({ state: 'new' } as never, { $set: { at: 1 } });
  await acme.app.sweep(0);
  await until(() => reads(acme, ann, 'late words'));
  t.pass();
});

test.serial('a pause does not hold the end of an agreement', async (t) => {
  const { acme, north, act, agree, active, settled } = partners();
  await people();
  await act(acme, 'pause');
  t.is((await act(acme, 'revoke')).status, 200);
  await settled();
  await until(async () => (await active(north)) === undefined);
  await agree();
  t.is((await shown(acme)).connection, 'connected', 'a new agreement does not start paused');
});

test.serial('a restored instance starts paused for everybody until an admin resumes', async (t) => {
  const { acme, north, admin, settled, hostOf } = partners();
  const ann = await acme.person('anna');
  await writeFile(join(acme.kit.config.data_dir, 'restored'), '');
  await acme.app.prepare();
  const list = await admin(acme, 'GET', '');
  t.is(list.json.pauses[0].reason, 'restored');
  t.is((await shown(acme)).connection, 'paused');
  t.not(acme.apis.policy.pausedSince('anybody.example'), null);
  await say(acme, ann, `@bo@${hostOf(north)} after the restore`);
  await settled();
  const before = await waiting(acme);
  t.true(before >= 1);
  // The marker is used up: a later start does not pause again what was resumed.
  const resumed = await admin(acme, 'POST', `${PARTNERS}/resume`, {});
  t.is(resumed.json.released, before);
  await acme.app.prepare();
  t.is(acme.apis.policy.pausedSince(hostOf(north)), null);
  await until(async () => (await waiting(acme)) === 0);
});

test.serial(
  'a partner that does not take what we send is shown as slow, with the reason',
  async (t) => {
    const { acme, north, admin, hostOf } = partners();
    await acme.kit.mongo.collection<{ _id: string }>('deliveries').insertOne({
      _id: 'stuck',
      ...{ activity: 'x', actor: 'x', inbox: `${north.baseUrl}/inbox`, host: hostOf(north) },
      ...{ state: 'waiting', urgent: false, attempts: 4, lastError: 'status 502' },
      ...{ firstAt: Date.now() - 3600_000, nextAt: Date.now() + 3600_000 },
    });
    const row = await shown(acme);
    t.is(row.connection, 'slow');
    t.is(row.connection_text, 'Slow');
    t.is(row.deliveries.last_error, 'status 502');
    await acme.kit.mongo.collection<{ _id: string }>('deliveries').deleteOne({ _id: 'stuck' });
    t.is((await shown(acme)).connection, 'connected');
    t.is((await admin(acme, 'GET', '')).status, 200);
  },
);

test.serial('it is written down who did what and when', async (t) => {
  const { acme, north, admin, hostOf } = partners();
  const path = `/${encodeURIComponent(hostOf(north))}/history`;
  const { json } = await admin(acme, 'GET', path);
  const boss = await acme.apis.accounts.byHandle('boss');
  const did = json.map(
    (one: AnyJson) => `${one.action} by ${one.by === boss?._id ? 'boss' : one.side}`,
  );
  for (const line of ['offered by boss', 'accepted by them', 'paused by boss', 'ended by boss'])
    t.true(did.includes(line), line);
  t.true(did.includes('paused after a restore by clock'));
  t.true(json.every((one: AnyJson) => !Number.isNaN(Date.parse(one.at))));
  t.deepEqual(
    json.map((one: AnyJson) => one.at),
    json
      .map((one: AnyJson) => one.at)
      .toSorted()
      .toReversed(),
  );
  const all = await admin(acme, 'GET', '/history');
  t.true(all.json.length >= json.length);
});

test.serial('members neither pause nor look into the history', async (t) => {
  const { acme, north, hostOf } = partners();
  const { token } = await acme.person('member');
  const host = encodeURIComponent(hostOf(north));
  for (const [method, path] of [
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['GET', '/history'],
    ['POST', `/${host}/pause`],
    ['POST', `/${host}/resume`],
    ['GET', `/${host}/history`],
    ['GET', `/${host}`],
  ] as const) {
    t.is((await acme.request(method, `${PARTNERS}${path}`, { token })).status, 403, path);
    t.is((await acme.request(method, `${PARTNERS}${path}`)).status, 401, path);
  }
});

test.serial(
  'a database or a folder that was put back from a copy is noticed at the start',
  async (t) => {
    const { acme, admin } = partners();
    const file = join(acme.kit.config.data_dir, 'epoch');
    const meta = acme.kit.mongo.collection<{ _id: string; starts: number }>('meta');
    const isPaused = async () =>
      (await acme.apis.partners.pauses()).some(({ host }) => host === '*');
    const startsPaused = async () => {
      await acme.apis.partners.beginStart();
      const paused = await isPaused();
      if (paused) await admin(acme, 'POST', `${PARTNERS}/resume`, {});
      return paused;
    };
    t.false(await startsPaused());
    t.false(await startsPaused(), 'one start after the other is no copy');
    t.is(Number(await readFile(file, 'utf8')), (await meta.findOne({ _id: 'epoch' }))?.starts ?? 0);

    await meta.updateOne({ _id: 'epoch' }, { $inc: { starts: -1 } });
    t.true(await startsPaused(), 'an older database beside a newer folder');
    await writeFile(file, '1\n');
    t.true(await startsPaused(), 'an older folder beside a newer database');
    await rm(file);
    t.true(await startsPaused(), 'the database alone, in another folder');
    await meta.updateOne({ _id: 'epoch' }, { $set: { machine: 'another one' } });
    const here = await readFile('/etc/machine-id', 'utf8').catch(() => '');
    t.is(await startsPaused(), here.trim() !== '', 'on another machine');

    await meta.updateOne({ _id: 'epoch' }, { $inc: { starts: 1 } });
    t.false(await startsPaused(), 'a crash between the two writes is no copy');
  },
);

test.serial('an admin sees what goes between the two in numbers', async (t) => {
  const { acme, north, settled, hostOf } = partners();
  const { ann, bo } = await people();
  await settled();
  const like = (from: Booted, by: Person, inbox: string) =>
    from.kit.outbox.send({
      actor: by.account._id,
      activity: {
        id: `${from.baseUrl}/activities/${from.kit.nextId()}`,
        type: 'Like',
        actor: by.account.iri,
        object: bo.account.iri,
      },
      recipients: { inboxes: [inbox] },
      scope: 'posts',
    });
  const [here, there] = [await shown(acme), await shown(north)];
  for (let turn = 0; turn < 2; turn += 1) await like(acme, ann, `${north.baseUrl}/inbox`);
  await like(north, bo, `${acme.baseUrl}/inbox`);
  await like(acme, ann, `${north.baseUrl}/nowhere`);
  await settled();
  const forged = await acme.request('POST', '/inbox', {
    headers: {
      'content-type': 'application/activity+json',
      signature: `keyId="${north.baseUrl}/actor#main-key",signature="x"`,
    },
    body: '{}',
  });
  t.is(forged.status, 401);
  const [after, other] = [await shown(acme), await shown(north)];
  t.is(after.last_day.delivered, here.last_day.delivered + 2);
  t.is(after.last_day.not_delivered, here.last_day.not_delivered + 1);
  t.is(after.last_day.received, here.last_day.received + 1);
  t.is(after.last_day.signatures_refused, here.last_day.signatures_refused + 1);
  t.is(other.last_day.received, there.last_day.received + 2);
  t.true(after.last_day.median_ms >= 1);
  t.is(after.inbound_failed, 0);
  t.truthy(after.last_sent_at);
  t.truthy(after.last_received_at);
  await acme.kit.outbox.dropHost(hostOf(north));
});
