/** How long copies are kept, what becomes of them then, and what the end of an agreement leaves. */
import test from 'ava';
import sharp from 'sharp';
import { createAgeOutCopies } from '../src/features/partners/age-out-copies.ts';
import { createAgeOutStore } from '../src/features/partners/age-out-store.ts';
import { createAgreementStore } from '../src/features/partners/agreement-store.ts';
import { createHistoryStore } from '../src/features/partners/history-store.ts';
import type { Agreement } from '../src/features/partners/partners.ts';
import type { AnyJson, Booted } from './support/boot.ts';
import { EVERYTHING, stored, until, withTwoPartners } from './support/two-partners.ts';

const partners = withTwoPartners(test);
type Person = Awaited<ReturnType<Booted['person']>>;
const DAY_MS = 86_400_000;
const LONGER = { copyDays: 300, copiesThen: 'purge' } as const;
let ann: Person;
let bo: Person;

/** The timer's work, done now. */
async function ageOut(): Promise<void> {
  const { acme } = partners();
  const { kit, apis } = acme;
  const { mongo, clock, nextId } = kit;
  await createAgeOutCopies({
    ...{ kit, apis },
    store: createAgreementStore({ mongo, clock }),
    history: createHistoryStore({ mongo, clock, nextId, audit: async () => {} }),
    runs: createAgeOutStore({ mongo }),
  })();
}

/** Bo says something that reaches Acme, and was said so many days ago. */
async function said(words: string, days: number, to = '', more: object = {}): Promise<void> {
  const { acme, north, settled } = partners();
  const body = { status: `${to} ${words}`.trim(), visibility: 'public', ...more };
  const { status, text } = await north.request('POST', '/api/v1/statuses', {
    token: bo.token,
    body,
  });
  if (status !== 200) throw new Error(text);
  await settled();
  await until(() => holds(words));
  await date(acme, words, Date.now() - days * DAY_MS);
}

async function date(app: Booted, words: string, publishedAt: number): Promise<void> {
  const post = await stored(app, words);
  const posts = app.kit.mongo.collection<{ _id: string; publishedAt: number }>('posts');
  await posts.updateOne({ _id: post?._id ?? '' }, { $set: { publishedAt } });
}

async function holds(words: string): Promise<boolean> {
  return (await stored(partners().acme, words)) !== null;
}

async function frozen(): Promise<AnyJson[]> {
  const { acme, north, admin, hostOf } = partners();
  return (await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}/copies`)).json;
}

async function meet(): Promise<void> {
  const { acme, settled } = partners();
  const target = await acme.apis.accounts.resolveIri(bo.account.iri);
  const path = `/api/v1/accounts/${target?._id}/follow`;
  await acme.request('POST', path, { token: ann.token });
  await settled();
}

test.serial('copies that are as old as agreed are deleted, and younger ones are not', async (t) => {
  const { acme, north, agree } = partners();
  [ann, bo] = [await acme.person('ann'), await north.person('bo')];
  await agree({ ...EVERYTHING, limits: { copy_days: 30, copies_then: 'purge' } });
  await meet();
  await said('old words', 31);
  await said('young words', 29);
  await said('old message', 40, `@ann@${acme.kit.ownHost}`, { visibility: 'direct' });
  await acme.request('POST', '/api/v1/statuses', { token: ann.token, body: { status: 'our own' } });
  await date(acme, 'our own', 1);
  await ageOut();
  t.false(await holds('old words'));
  t.false(await holds('old message'));
  t.true(await holds('young words'));
  t.true(await holds('our own'), 'what is ours is no copy');
  t.deepEqual(await frozen(), []);
});

test.serial('copies age out under terms that have expired, until they are renewed', async (t) => {
  const { acme, agree, active } = partners();
  await agree({ ...EVERYTHING, limits: { copy_days: 20, copies_then: 'purge' } });
  await said('outlived', 25);
  const rows = acme.kit.mongo.collection<Agreement>('agreements');
  const terms = await active(acme);
  await rows.updateOne({ _id: terms?._id ?? '' }, { $set: { state: 'expired' } });
  // An offer that nobody accepted says nothing about copies.
  const { _id: _, signatures = [], ...offer } = terms ?? ({} as Agreement);
  await rows.insertOne({
    ...{ ...offer, _id: 'unaccepted', iri: `${offer.iri}x`, state: 'expired', limits: LONGER },
    ...{ signatures: signatures.slice(0, 1), version: offer.version + 1 },
  });
  await ageOut();
  t.false(await holds('outlived'));
  await rows.deleteOne({ _id: 'unaccepted' });
  await agree({ ...EVERYTHING, limits: { copy_days: 30, copies_then: 'purge' } });
});

test.serial('of profiles no more is left than the agreement covers', async (t) => {
  const { acme, north, agree, act, active, settled } = partners();
  const path = '/api/v1/accounts/update_credentials';
  const body = { note: 'works at the docks', fields_attributes: [{ name: 'Desk', value: '12' }] };
  const known = () => acme.apis.accounts.byIri(bo.account.iri);
  await north.request('PATCH', path, { token: bo.token, body });
  await settled();
  await until(async () => (await known())?.bio.includes('docks') === true);
  t.is((await known())?.fields.length, 1);

  await agree({ ...EVERYTHING, scopes: ['follow', 'posts'] });
  await settled();
  await until(async () => (await known())?.bio === '');
  t.like(await known(), { fields: [], username: 'bo' });

  await agree({ ...EVERYTHING, limits: { copies_then: 'purge' } });
  await acme.apis.accounts.lookAgain((await known())?._id ?? '');
  t.true((await known())?.bio.includes('docks'), 'covered again, seen again');
  t.is((await act(acme, 'revoke')).status, 200);
  t.like(await known(), { bio: '', fields: [], username: 'bo', avatar: undefined });
  await until(async () => (await active(north)) === undefined);
  await agree({ ...EVERYTHING, limits: { copy_days: 30, copies_then: 'purge' } });
  await meet();
});

test.serial(
  'what comes under a new agreement is not taken for a left-over of the old one',
  async (t) => {
    const { acme } = partners();
    await said('anew', 0);
    await acme.kit.queues.add('housekeeping', { timer: 'agreements-purge-again' });
    await partners().settled();
    t.true(await holds('anew'));
    t.not((await acme.apis.accounts.byIri(bo.account.iri))?.bio, '');
  },
);

test.serial('what is too old already is not stored again', async (t) => {
  const { acme, north } = partners();
  const words = 'from long ago';
  const body = { status: words, visibility: 'public' };
  const { json } = await north.request('POST', '/api/v1/statuses', { token: bo.token, body });
  await partners().settled();
  await until(() => holds(words));
  await acme.apis.posts.purgeFrom({ host: north.kit.ownHost });
  t.false(await holds(words));
  t.truthy(await acme.apis.posts.resolveIri(json.uri), 'while it is young it may be fetched anew');
  await acme.apis.posts.purgeFrom({ host: north.kit.ownHost });
  await date(north, words, Date.now() - 31 * DAY_MS);
  t.is(await acme.apis.posts.resolveIri(json.uri), null);
});

test.serial('a run that was cut short goes on where it stopped', async (t) => {
  const { acme, north } = partners();
  for (const number of [1, 2, 3, 4, 5]) await said(`batch ${number}`, 31);
  const batch = {
    host: north.kit.ownHost,
    before: Date.now() - 30 * DAY_MS,
    freeze: false,
    most: 2,
  };
  const first = await acme.apis.posts.ageOut(batch);
  t.is(first.gone, 2);
  const again = await acme.apis.posts.ageOut({ ...batch, after: first.next ?? '' });
  t.is(again.gone, 2);
  // As a crash leaves it: the next run of the timer begins there.
  const runs = createAgeOutStore(acme.kit);
  const version = (await partners().active(acme))?.version ?? 0;
  await runs.set({ host: batch.host, version, after: again.next ?? '', gone: 4, nextAt: 0 });
  await ageOut();
  for (const number of [1, 2, 3, 4, 5]) t.false(await holds(`batch ${number}`));
  const history = await acme.apis.partners.history(batch.host);
  t.true(history.some(({ action }) => action.startsWith('5 copies')));
  t.true(((await runs.get(batch.host))?.nextAt ?? 0) > Date.now());
});

test.serial(
  'copies that are set aside are seen by admins alone, and go with their author’s word',
  async (t) => {
    const { acme, north, agree, admin, settled, hostOf } = partners();
    await agree({ ...EVERYTHING, limits: { copy_days: 30, copies_then: 'freeze' } });
    await said('first kept', 31);
    await said('second kept', 31);
    await ageOut();
    t.false(await holds('kept'));
    const kept = await frozen();
    t.deepEqual(
      kept.map((one) => one.author),
      [`bo@${hostOf(north)}`, `bo@${hostOf(north)}`],
    );
    t.regex(kept[0].content, /kept/);
    const path = `/api/mitoyen/v1/partners/${encodeURIComponent(hostOf(north))}/copies`;
    t.is((await acme.request('GET', path, { token: ann.token })).status, 403);
    const search = await acme.request('GET', '/api/v1/timelines/home', { token: ann.token });
    t.false(search.text.includes('first kept'));

    const first = kept.find((one) => one.content.includes('first'));
    const id = new URL(first.uri).pathname.split('/').at(-1);
    await north.request('DELETE', `/api/v1/statuses/${id}`, { token: bo.token });
    await settled();
    await until(async () => (await frozen()).length === 1);
    t.regex((await frozen())[0].content, /second/);
    t.is((await admin(acme, 'DELETE', path)).json.deleted, 1);
    t.is((await admin(acme, 'DELETE', path)).status, 404);
  },
);

test.serial('the end of an agreement keeps what the terms say, and never more', async (t) => {
  const { acme, north, agree, act, active, admin, settled, hostOf } = partners();
  await agree({ ...EVERYTHING, limits: { copies_then: 'freeze' } });
  await said('evidence', 1);
  // A change that nobody accepted until its time was up is not what is ended.
  const rows = acme.kit.mongo.collection<Agreement>('agreements');
  const { _id: real, signatures = [], ...terms } = (await active(acme)) ?? ({} as Agreement);
  await rows.updateOne({ _id: real }, { $set: { state: 'expired' } });
  await rows.insertOne({
    ...{ ...terms, _id: 'unanswered', iri: `${terms.iri}x`, state: 'expired' },
    ...{ signatures: signatures.slice(0, 1), version: terms.version + 1 },
  });
  const ended = await act(acme, 'revoke');
  t.is(ended.status, 200, ended.text);
  t.is((await rows.findOne({ _id: real }))?.state, 'revoked');
  await rows.deleteOne({ _id: 'unanswered' });
  t.true(ended.json.report.profiles_reduced >= 1);
  t.is(ended.json.report.copies, 'freeze');
  t.true(ended.json.report.posts_frozen >= 1);
  t.is(ended.json.report.posts_purged, 0);
  t.truthy(ended.json.report.deletion_requested_at);
  t.true((await frozen()).some((one) => one.content.includes('evidence')));
  await settled();
  await until(async () => (await active(north)) === undefined);

  await agree({ ...EVERYTHING, limits: { copies_then: 'purge' } });
  const kept = await act(acme, 'revoke', { copies: 'freeze' });
  t.is(kept.status, 422, 'the terms say that they are deleted');
  t.truthy(await active(acme));
  const purged = await act(acme, 'revoke', { copies: 'purge' });
  t.is(purged.json.report.copies, 'purge');
  t.deepEqual(await frozen(), [], 'also what was set aside under earlier terms');
  const report = `/${encodeURIComponent(hostOf(north))}/report`;
  await until(async () => (await admin(acme, 'GET', report)).json.deletion_attested_at !== null);
  t.pass();
});

test.serial(
  'the file of a message is given to a request that the partner signed, and to no other',
  async (t) => {
    const { acme, north, agree, settled, hostOf } = partners();
    await agree();
    const body = new FormData();
    body.set(
      'file',
      new Blob([new Uint8Array(await picture())], { type: 'image/png' }),
      'photo.png',
    );
    const sent = await north.request('POST', '/api/v1/media', { token: bo.token, body });
    const message = {
      status: `@${ann.account.username}@${hostOf(acme)} for your eyes`,
      visibility: 'direct',
      media_ids: [sent.json.id],
    };
    const said = await north.request('POST', '/api/v1/statuses', {
      token: bo.token,
      body: message,
    });
    t.is(said.status, 200, said.text);
    await settled();
    await until(() => holds('for your eyes'));
    const post = await stored(acme, 'for your eyes');
    const [media] = await acme.apis.media.getMany(post?.media ?? []);
    const url = media?.remoteUrl ?? '';
    t.regex(url, /\/media\/partners\/[0-9A-F]{32}\.webp\?e=/);
    t.is((await acme.kit.remote.bytes(url, 1_000_000)).kind, 'ok');
    t.is((await fetch(url)).status, 401, 'nobody signed it');
    t.is((await fetch(url.replace('/partners', ''))).status, 404, 'the signature is for that road');
    const other = url.replace(/s=[^&]+/, 's=AAAAAAAAAAAAAAAAAAAAAA');
    t.is((await acme.kit.remote.bytes(other, 1_000_000)).kind, 'gone');
  },
);

test.serial(
  'of a group elsewhere no more is stored than is agreed, and the rest is read at home',
  async (t) => {
    const { acme, north, agree, settled, hostOf } = partners();
    const as = async (app: Booted, by: Person, method: string, path: string, body?: unknown) => {
      const answer = await app.request(method, path, { token: by.token, body });
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
      return answer.json;
    };
    const limits = { copies_then: 'purge' };
    await agree({ ...EVERYTHING, limits });
    const { id } = await as(north, bo, 'POST', '/api/mitoyen/v1/groups', {
      name: 'Vault',
      access: 'closed',
    });
    await as(north, bo, 'POST', `/api/mitoyen/v1/groups/${id}/invitations`, {
      accounts: [`${ann.account.username}@${hostOf(acme)}`],
    });
    const invited = () => as(acme, ann, 'GET', '/api/mitoyen/v1/group_invitations');
    await until(async () => (await invited()).length > 0);
    const group = (await invited())[0].group.id;
    await as(acme, ann, 'POST', `/api/mitoyen/v1/groups/${group}/invitation/accept`);
    await until(() => north.apis.groups.hasMembersAt(id, hostOf(acme)));

    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(await picture())], { type: 'image/png' }), 'a.png');
    const file = await as(north, bo, 'POST', '/api/v1/media', body);
    const write = (words: string, more: object = {}) =>
      as(north, bo, 'POST', '/api/v1/statuses', {
        status: `${words} opens\n\n${words} goes on in secret`,
        group_id: id,
        ...more,
      });
    const seen = async (uri: string): Promise<AnyJson> => {
      const post = await acme.apis.posts.byIri(uri);
      return post && as(acme, ann, 'GET', `/api/v1/statuses/${post._id}`);
    };
    const arrives = async (uri: string): Promise<AnyJson> => {
      await until(async () => (await seen(uri)) !== null);
      return seen(uri);
    };
    const whole = await arrives((await write('first', { media_ids: [file.id] })).uri);
    t.is(whole.mitoyen.copy, 'full');
    t.is(whole.media_attachments.length, 1);

    await agree({ ...EVERYTHING, limits: { ...limits, copy_level: 'headers' } });
    await settled();
    await until(async () => (await seen(whole.uri)).mitoyen.copy === 'headers');
    const cut = await seen(whole.uri);
    t.is(cut.content, '<p>first opens…</p>', 'what was here before is cut down');
    t.deepEqual(cut.media_attachments, []);
    const second = await write('second');
    const headers = await arrives(second.uri);
    t.is(headers.content, '<p>second opens…</p>');
    await as(north, bo, 'PUT', `/api/v1/statuses/${second.id}`, {
      status: 'second changed\n\nbut still in secret',
    });
    await until(async () => /changed/.test((await seen(second.uri)).content));

    await agree({ ...EVERYTHING, limits: { ...limits, copy_level: 'none' } });
    await settled();
    const third = await arrives((await write('third')).uri);
    t.is(third.content, '');
    t.is(third.account.acct, `bo@${hostOf(north)}`);
    await until(async () => (await seen(headers.uri)).content === '');
    const posts = await acme.kit.mongo.collection('posts').find({ group }).toArray();
    t.false(/in secret|changed|opens/.test(JSON.stringify(posts)), 'nor in what was edited');
    const found = await as(acme, ann, 'GET', '/api/v2/search?q=secret&type=statuses');
    t.deepEqual(found.statuses, []);

    const path = `/api/mitoyen/v1/statuses/${third.id}/whole`;
    t.regex((await as(acme, ann, 'GET', path)).content, /third goes on in secret/);
    t.is((await seen(third.uri)).content, '', 'nothing of it was kept');
    const cy = await acme.person('cy');
    t.is((await acme.request('GET', path, { token: cy.token })).status, 404);
    await as(
      north,
      bo,
      'DELETE',
      `/api/v1/statuses/${new URL(headers.uri).pathname.split('/').at(-1)}`,
    );
    await settled();
    t.is(
      (
        await acme.request('GET', `/api/mitoyen/v1/statuses/${headers.id}/whole`, {
          token: ann.token,
        })
      ).status,
      404,
    );
  },
);

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: '#aa2211' } })
    .png()
    .toBuffer();
}
