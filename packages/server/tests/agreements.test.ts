import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import { buildAnswer } from '../src/features/partners/agreement-activity.ts';
import type { Agreement, WantedTerms } from '../src/features/partners/partners.ts';
import { createSignAgreement } from '../src/features/partners/sign-agreement.ts';
import type { AnyJson } from './support/boot.ts';
import { EVERYTHING, until, withTwoPartners } from './support/two-partners.ts';

const partners = withTwoPartners(test);
const LIMITS = { media_bytes: 2_000_000, copy_days: 90, copies_then: 'freeze', copy_level: 'full' };
const PAST = { state: 'rejected', endedBy: 'them', offeredBy: 'them', version: 1 } as const;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

test.serial('both sides keep one document, one digest and both signatures', async (t) => {
  const { acme, north, agree, admin, hostOf } = partners();
  await agree({ ...EVERYTHING, limits: LIMITS, expires_at: inDays(365) });
  const [ours] = (await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}`)).json;
  const [theirs] = (await admin(north, 'GET', `/${encodeURIComponent(hostOf(acme))}`)).json;
  t.is(ours.state, 'active');
  t.is(ours.digest, theirs.digest);
  t.deepEqual(ours.limits, LIMITS);
  t.deepEqual(theirs.limits, LIMITS);
  const { proof: ourProofs, ...ourDocument } = ours.document;
  const { proof: theirProofs, ...theirDocument } = theirs.document;
  t.is(JSON.stringify(ourDocument), JSON.stringify(theirDocument));
  const values = (proofs: AnyJson) => proofs.map((one: AnyJson) => one.proofValue).toSorted();
  t.is(ourProofs.length, 2);
  t.deepEqual(values(ourProofs), values(theirProofs));
  for (const record of [ours, theirs]) {
    t.deepEqual(
      record.signatures.map((one: AnyJson) => [one.host, one.valid]).toSorted(),
      [
        [hostOf(acme), true],
        [hostOf(north), true],
      ].toSorted(),
    );
  }
});

test.serial('a record that somebody changed in the database shows it', async (t) => {
  const { acme, north, agree, admin, active, hostOf } = partners();
  await agree();
  const record = await active(acme);
  const document = (record?.document ?? '').replace('One project', 'Everything');
  const rows = acme.kit.mongo.collection<{ _id: string; document: string }>('agreements');
  await rows.updateOne({ _id: record?._id ?? '' }, { $set: { document } });
  const [shown] = (await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}`)).json;
  t.deepEqual(
    shown.signatures.map((one: AnyJson) => one.valid),
    [false, false],
  );
});

test.serial('a change that is rejected leaves the old terms in force', async (t) => {
  const { acme, north, agree, act, active, settled, versions, hostOf } = partners();
  await agree({ ...EVERYTHING, limits: LIMITS });
  const before = await active(acme);
  const changed = await act(acme, 'change', { scopes: ['follow'] });
  t.is(changed.status, 200, changed.text);
  t.deepEqual(changed.json.limits, LIMITS, 'what was not named stays');
  t.is(changed.json.purpose, 'One project');
  await settled();
  t.true(acme.apis.policy.allows(hostOf(north), 'posts'), 'while it is on offer');
  t.true(north.apis.policy.allows(hostOf(acme), 'posts'));
  t.is((await act(north, 'reject')).status, 200);
  await until(async () => (await versions(acme))[0]?.state === 'rejected');
  for (const app of [acme, north]) t.is((await active(app))?.iri, before?.iri);
  t.true(acme.apis.policy.allows(hostOf(north), 'posts'));
});

test.serial('an agreement is renewed before and after it expires', async (t) => {
  const { acme, north, agree, act, active, settled, hostOf } = partners();
  await agree({ ...EVERYTHING, scopes: ['posts'], expires_at: inDays(2) });
  const until2030 = '2030-01-01T00:00:00.000Z';
  const renewed = await act(north, 'change', { expires_at: until2030 });
  t.is(renewed.json.expires_at, until2030);
  t.deepEqual(renewed.json.scopes, ['posts']);
  await settled();
  t.is((await act(acme, 'accept')).status, 200);
  await until(async () => (await active(north))?.expiresAt === Date.parse(until2030));

  // As a day after the expiry leaves it.
  for (const app of [acme, north]) {
    const rows = app.kit.mongo.collection('agreements');
    await rows.updateMany({ state: 'active' }, { $set: { state: 'expired', expiresAt: 1 } });
  }
  const again = await act(acme, 'change', { expires_at: null });
  t.is(again.status, 200, again.text);
  t.is(again.json.expires_at, null);
  t.deepEqual(again.json.scopes, ['posts']);
  await settled();
  t.is((await act(north, 'accept')).status, 200);
  await until(() => acme.apis.policy.allows(hostOf(north), 'posts'));
  t.true(north.apis.policy.allows(hostOf(acme), 'posts'));
  t.false(north.apis.policy.allows(hostOf(acme), 'messages'));
});

test.serial('an Accept without a signature, or with another one, is no Accept', async (t) => {
  const { acme, north, offer, settled, versions, active, hostOf } = partners();
  await offer(acme);
  await settled();
  const [offered] = await versions(acme);
  if (!offered) return t.fail();
  const before = await active(acme);
  const honest = buildAnswer(acme.baseUrl, offered, 'accept');
  const actor = await north.apis.accounts.instanceActor();
  // Acme's own signature, which stands in the offer, is not Northwind's.
  const ours = honest['mitoyen:signature'] as JsonObject;
  for (const proof of [undefined, ours, { ...ours, proofValue: `z${'1'.repeat(88)}` }]) {
    await north.kit.outbox.send({
      actor: actor._id,
      activity: {
        ...honest,
        id: `${north.baseUrl}/forged/${north.kit.nextId()}`,
        actor: actor.iri,
        'mitoyen:signature': proof ?? null,
      },
      recipients: { inboxes: [`${acme.baseUrl}/inbox`] },
      scope: 'agreement',
    });
    await settled();
    const [now] = await versions(acme);
    t.is(now?.state, 'offered');
    t.is((await active(acme))?._id, before?._id);
  }
  t.truthy(hostOf(north));
});

test.serial(
  'an admin accepts what was looked at, and nothing that came in its place',
  async (t) => {
    const { acme, north, offer, act, settled, active } = partners();
    await offer(acme, { ...EVERYTHING, purpose: 'as shown' });
    await settled();
    const seen = await act(north, 'review');
    t.is(seen.json.purpose, 'as shown');
    await offer(acme, { ...EVERYTHING, purpose: 'something else' });
    await settled();
    const late = await act(north, 'accept', { digest: seen.json.digest });
    t.is(late.status, 409, late.text);
    t.not((await active(north))?.purpose, 'something else');
    const again = await act(north, 'review');
    t.is((await act(north, 'accept', { digest: again.json.digest })).status, 200);
    t.is((await active(north))?.purpose, 'something else');
  },
);

test.serial('a version that leaps is refused, so that there is always a next one', async (t) => {
  const { acme, north, act, settled, versions } = partners();
  const [latest] = await versions(north);
  if (!latest) return t.fail();
  const sign = createSignAgreement({ apis: acme.apis, clock: acme.kit.clock });
  const actor = await acme.apis.accounts.instanceActor();
  const [ours] = await versions(acme);
  for (const [leap, refused] of [
    [2000, true],
    [2, false],
  ] as const) {
    const _id = acme.kit.nextId();
    const { _id: _, report: __, ...terms } = { ...(ours as Agreement) };
    const drafted = await sign.draft({
      ...terms,
      _id,
      offeredBy: 'us',
      iri: `${acme.baseUrl}/agreements/${_id}`,
      version: latest.version + leap,
    });
    await acme.kit.outbox.send({
      actor: actor._id,
      activity: buildAnswer(acme.baseUrl, drafted, 'offer'),
      recipients: { inboxes: [`${north.baseUrl}/inbox`] },
      scope: 'agreement',
    });
    await settled();
    const known = (await versions(north)).some(({ iri }) => iri === drafted.iri);
    t.is(known, !refused, `by ${leap}`);
  }
  // As after a restore: Northwind holds a version in force that Acme has no record of.
  t.is((await act(acme, 'change', { purpose: 'found again' })).json.version, latest.version + 3);
});

test.serial('the same terms offered again and again leave neither rows nor news', async (t) => {
  const { acme, north, agree, act, active, settled, versions, hostOf, admin } = partners();
  await agree({ ...EVERYTHING, purpose: 'told once' });
  const boss = (await north.apis.accounts.byHandle('boss'))!;
  const again = { purpose: 'told once', scopes: [...EVERYTHING.scopes] } as WantedTerms;
  const news = () => acme.kit.mongo.collection('notifications').countDocuments({});
  const told = await news();
  const before = (await active(acme))!.version;
  const offers = { name: 'offer', key: hostOf(north), limit: 1000, windowSeconds: 3600 };
  for (let used = 0; used < 45; used += 1) await acme.kit.rateLimiter.take(offers);
  for (let times = 0; times < 25; times += 1)
    await north.apis.partners.offer(hostOf(acme), again, boss._id);
  await settled();
  const ofHost = await versions(acme);
  const repeats = ofHost.filter(({ purpose }) => purpose === 'told once');
  t.true(repeats.length <= 4, `${repeats.length} rows`);
  t.is(await news(), told);
  const now = (await active(acme))!.version;
  t.true(now > before, 'an Accept that they missed is made good');
  t.true(now <= before + 15, 'sixty offers of one host are looked at in an hour');
  // Their end counts, although they missed every Accept and know an old version to be in force.
  const theirs = north.kit.mongo.collection<Agreement>('agreements');
  const iri = `${north.baseUrl}/agreements/not-kept-at-acme`;
  await theirs.updateOne({ state: 'active' }, { $set: { iri } });
  t.is((await act(north, 'revoke')).status, 200);
  await until(() => !acme.apis.policy.allows(hostOf(north)));
  const history = await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}/history`);
  t.true(history.json.length < 60);
  await acme.kit.redis.del(...(await acme.kit.redis.keys('*:rate:offer:*')));
});

test.serial('offers that are taken back leave a bounded record', async (t) => {
  const { acme, north, settled, hostOf, versions, agree } = partners();
  await agree();
  const rows = acme.kit.mongo.collection<Agreement>('agreements');
  const [latest] = await versions(acme);
  const past = Array.from({ length: 300 }, (_one, at): Agreement => {
    const id = `past${String(at).padStart(4, '0')}`;
    const { report: _, pending: __, ...terms } = latest!;
    const purpose = `past ${at}`;
    return { ...terms, _id: id, iri: `${north.baseUrl}/agreements/${id}`, purpose, ...PAST };
  });
  await rows.insertMany(past);
  const [boss] = await north.apis.accounts.staff(['admin']);
  const wanted = { purpose: 'one more', scopes: ['follow'] } as WantedTerms;
  await north.apis.partners.offer(hostOf(acme), wanted, boss!);
  await settled();
  t.is((await versions(acme))[0]?.state, 'waiting_for_us');
  const kept = await rows.find({ host: hostOf(north) }).toArray();
  t.true(kept.length <= 110, `${kept.length} rows`);
  t.truthy(kept.find(({ state }) => state === 'active'));
  await north.apis.partners.withdraw(hostOf(acme), boss!);
  await settled();
});

test.serial(
  'many rows of one host do not crowd out other partners, nor who was put out',
  async (t) => {
    const { acme, agree, act, active } = partners();
    await agree();
    const rows = acme.kit.mongo.collection<Agreement>('agreements');
    const { pending: _, ...terms } = (await active(acme))!;
    const row = (id: string, more: Partial<Agreement>): Agreement => {
      return { ...terms, _id: id, iri: `https://x.example/agreements/${id}`, ...more };
    };
    const at = Date.now() + 1000;
    await rows.insertMany([
      row('quiet', { host: 'quiet.example', updatedAt: 1 }),
      row('gone', { host: 'gone.example', state: 'revoked', updatedAt: 1 }),
      ...Array.from({ length: 5001 }, (_, n) =>
        row(`flood${n}`, {
          host: 'flood.example',
          state: 'superseded',
          updatedAt: at,
          document: '',
        }),
      ),
    ]);
    t.is((await act(acme, 'pause')).status, 200);
    t.is((await act(acme, 'resume')).status, 200);
    t.true(acme.apis.policy.allows('quiet.example', 'posts'));
    t.false(acme.apis.policy.allows('gone.example'));
    t.true(acme.apis.policy.allowsAgreement('gone.example'), 'it is known');
    const { agreements } = await acme.apis.partners.list();
    for (const host of ['quiet.example', 'gone.example'])
      t.true(
        agreements.some((one) => one.host === host),
        host,
      );
    t.true((await acme.apis.partners.names()).some(({ host }) => host === 'quiet.example'));
    await rows.deleteMany({ host: { $in: ['quiet.example', 'gone.example', 'flood.example'] } });
    await act(acme, 'pause');
    await act(acme, 'resume');
  },
);

test.serial('admins are told two weeks before an agreement ends', async (t) => {
  const { acme, north, agree, admin, active, hostOf } = partners();
  await agree({ ...EVERYTHING, expires_at: inDays(10) });
  const boss = await acme.apis.accounts.byHandle('boss');
  const expiring = await active(acme);
  // The timer that runs every minute, twice at once.
  for (const timer of ['agreements-expire', 'agreements-expire'])
    await acme.kit.queues.add('housekeeping', { timer });
  await until(async () => (await active(acme))?.warnedAt !== undefined);
  const told = await acme.kit.mongo
    .collection('notifications')
    .find({ account: boss?._id ?? '' })
    .toArray();
  t.true(told.some((one) => one.key === `agreement:${expiring?._id}:expires`));
  const path = `/${encodeURIComponent(hostOf(north))}/history`;
  const history = (await admin(acme, 'GET', path)).json;
  t.is(history.filter((one: AnyJson) => one.action === 'expires soon').length, 1);
});

test.serial('a change that is taken back leaves what is in force, on both sides', async (t) => {
  const { acme, north, agree, act, active, versions, settled } = partners();
  await agree();
  const before = await active(acme);
  await act(acme, 'change', { scopes: ['follow'] });
  await settled();
  t.is((await versions(north))[0]?.state, 'waiting_for_us');
  const taken = await act(acme, 'withdraw');
  t.is(taken.status, 200, taken.text);
  t.is(taken.json.connection, 'rejected');
  await until(async () => (await versions(north))[0]?.state === 'rejected');
  for (const app of [acme, north]) t.is((await active(app))?.iri, before?.iri);
  t.is((await act(acme, 'withdraw')).status, 404);
});

test.serial(
  'an end counts although the Accept of the last version is still under way',
  async (t) => {
    const { acme, north, agree, act, active, settled, hostOf } = partners();
    await agree();
    const before = await active(acme);
    await act(acme, 'change', { purpose: 'newer' });
    await settled();
    await act(north, 'accept');
    await until(async () => (await active(acme))?.purpose === 'newer');
    // As Acme stands while Northwind's Accept has not reached it.
    const rows = acme.kit.mongo.collection<Agreement>('agreements');
    const newer = await active(acme);
    await rows.updateOne({ _id: newer?._id ?? '' }, { $set: { state: 'offered' } });
    await rows.updateOne({ _id: before?._id ?? '' }, { $set: { state: 'active' } });
    t.is((await act(acme, 'revoke')).status, 200);
    await until(() => !north.apis.policy.allows(hostOf(acme)));
    t.is(await active(north), undefined);

    // The same Undo, late, does not end what was agreed since.
    const ended = await rows.findOne({ _id: before?._id ?? '' });
    if (!ended) return t.fail();
    await agree();
    const actor = await acme.apis.accounts.instanceActor();
    const undo = buildAnswer(acme.baseUrl, { ...ended, offeredBy: 'us' }, 'undo');
    await acme.kit.outbox.send({
      actor: actor._id,
      activity: { ...undo, id: `${acme.baseUrl}/agreements/late#undo` },
      recipients: { inboxes: [`${north.baseUrl}/inbox`] },
      scope: 'agreement',
    });
    await settled();
    t.truthy(await active(north));
  },
);

test.serial('an offer made for a key that is ours no longer has to be made again', async (t) => {
  const { acme, north, offer, act, active, versions, settled } = partners();
  await offer(acme, { ...EVERYTHING, purpose: 'for another key' });
  await settled();
  const [waiting] = await versions(north);
  const rows = north.kit.mongo.collection<Agreement>('agreements');
  const proofKey = waiting?.them.proofKey ?? '';
  await rows.updateOne({ _id: waiting?._id ?? '' }, { $set: { 'us.proofKey': proofKey } });
  const refused = await act(north, 'accept');
  t.is(refused.status, 409);
  t.regex(refused.json.error, /offer it again/);
  t.not((await active(north))?.purpose, 'for another key');
  t.is((await act(north, 'reject')).status, 200);
});
