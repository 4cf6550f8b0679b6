/** E-mail through a real SMTP server: at once, as a digest, never what its reader may not see. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { type Mailbox, startMailbox } from './support/mailbox.ts';

type Person = Awaited<ReturnType<Booted['person']>>;
const PATH = '/api/mitoyen/v1/mail-preferences';
let booted: Booted;
let mailbox: Mailbox;
let counter = 0;

test.before(async () => {
  mailbox = await startMailbox();
  booted = await bootApp({
    mail: { url: mailbox.url, from: 'Acme <no-reply@acme.test>', instant_delay_seconds: 3600 },
    limits: { password_mails_per_hour: 3 },
  });
});
test.after.always(async () => {
  await booted?.stop();
  await mailbox?.close();
});

async function people(...names: string[]): Promise<Person[]> {
  counter += 1;
  return Promise.all(names.map((name) => booted.person(`${name}${counter}`)));
}
const call = (by: Person, method: string, path: string, body?: unknown) =>
  booted.request(method, path, { token: by.token, body });
async function say(by: Person, status: string, more: object = {}): Promise<AnyJson> {
  const made = await call(by, 'POST', '/api/v1/statuses', { status, ...more });
  if (made.status !== 200) throw new Error(made.text);
  await booted.settled();
  return made.json;
}
const address = (person: Person) => `${person.account.username}@example.test`;
const to = (person: Person) => (one: { to: string[] }) => one.to.includes(address(person));
/** So many hours from now, in UTC, as a time. */
const hour = (from: number) => new Date(Date.now() + from * 3600_000).toISOString().slice(11, 16);
/** What is due in an hour, or tomorrow, is due now: so the timer is never quicker than the test. */
async function due(kind: 'instant' | 'digest', person: Person): Promise<void> {
  const { _id } = person.account;
  const when = kind === 'instant' ? 'dueAt' : 'digestAt';
  await booted.kit.mongo
    .collection<{ _id: string }>('mail')
    .updateOne({ _id, [when]: { $exists: true } }, { $set: { [when]: 1 } });
  await booted.kit.queues.add('mail', { kind, account: _id });
  await booted.settled();
}

test.serial(
  'a message comes whole, with the headers that end such e-mails in one click',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const long = 'word '.repeat(300);
    await say(ann, `@${bob.account.username} ${long} **the end** <script>`, {
      visibility: 'direct',
    });
    await due('instant', bob);
    const mail = await mailbox.next(to(bob));
    t.is(mail.headers.subject, `${ann.account.displayName} wrote to you · Acme`);
    t.is(mail.headers.from, 'Acme <no-reply@acme.test>');
    t.is(mail.headers['auto-submitted'], 'auto-generated');
    t.regex(mail.text.replaceAll('\n', ' '), /(word ){300}.*the end/);
    t.regex(mail.html, /<strong>the end<\/strong>/);
    t.notRegex(mail.html, /<script/);
    t.is(mail.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
    const [, link = ''] = /^<(.+)>$/.exec(mail.headers['list-unsubscribe'] ?? '') ?? [];
    t.true(mail.text.includes(link));

    t.is((await booted.request('GET', link)).status, 200);
    t.true(
      (await call(bob, 'GET', PATH)).json.instant.includes('mention'),
      'looking changes nothing',
    );
    const clicked = await booted.request('POST', link, {
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    t.is(clicked.status, 200);
    t.deepEqual((await call(bob, 'GET', PATH)).json.instant, []);
    const forged = link.replace(bob.account._id, ann.account._id);
    t.is((await booted.request('POST', forged)).status, 404);
    await say(ann, `@${bob.account.username} again`, { visibility: 'direct' });
    await due('instant', bob);
    t.false(mailbox.received.some(to(bob)));
  },
);

test.serial('what was read here, or is deleted or hidden by now, is not sent', async (t) => {
  const [ann, bob, cal, dan] = (await people('ann', 'bob', 'cal', 'dan')) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const names = [bob, cal, dan].map((one) => `@${one.account.username}`).join(' ');
  const { id } = await say(ann, `${names} hello`);
  const [told] = (await call(bob, 'GET', '/api/v1/notifications')).json;
  await call(bob, 'POST', '/api/v1/markers', { notifications: { last_read_id: told.id } });
  await call(cal, 'POST', `/api/v1/accounts/${ann.account._id}/block`);
  for (const one of [bob, cal]) await due('instant', one);
  await call(ann, 'DELETE', `/api/v1/statuses/${id}`);
  await due('instant', dan);
  t.deepEqual(
    mailbox.received.filter((one) => [bob, cal, dan].some((person) => to(person)(one))),
    [],
  );
});

test.serial('nothing is sent twice, and several news are one e-mail', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await booted.kit.mongo
    .collection<{ _id: string; quietHours: object }>('mail')
    .updateOne(
      { _id: bob.account._id },
      { $set: { quietHours: { from: hour(-1), to: hour(1) } } },
      { upsert: true },
    );
  await say(ann, `@${bob.account.username} first`);
  await say(ann, `@${bob.account.username} second`);
  await due('instant', bob);
  t.false(mailbox.received.some(to(bob)), 'held during quiet hours');
  await call(bob, 'PUT', PATH, { quiet_hours: null });
  await due('instant', bob);
  await due('instant', bob);
  const mail = await mailbox.next(to(bob));
  t.is(mail.headers.subject, '2 news for you · Acme');
  t.regex(mail.text, /first[\s\S]+second/);
  t.false(mailbox.received.some(to(bob)));
});

test.serial(
  'a digest tells the rest, with new posts of the company and the groups that are theirs',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    await call(bob, 'PUT', PATH, { digest: 'daily', instant: [] });
    const mine = await say(bob, 'something of mine', { visibility: 'company' });
    await call(ann, 'POST', `/api/v1/statuses/${mine.id}/favourite`);
    await say(ann, 'news for the company', { visibility: 'company' });
    await call(bob, 'POST', '/api/v2/filters', {
      title: 'airships',
      context: ['home'],
      filter_action: 'hide',
      keywords_attributes: [{ keyword: 'zeppelins' }],
    });
    await say(ann, 'all about zeppelins', { visibility: 'company' });
    const secret = (
      await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: `in ${counter}`, access: 'secret' })
    ).json.id;
    await say(ann, 'not for everybody', { visibility: 'group', group_id: secret });
    await due('digest', bob);
    const mail = await mailbox.next(to(bob));
    t.is(mail.headers.subject, 'What is new · Acme');
    t.regex(mail.text, /likes your post[\s\S]+something of mine[\s\S]+news for the company/);
    t.notRegex(mail.text, /not for everybody/);
    t.notRegex(mail.text, /zeppelins/, 'what a filter hides is hidden here too');
    await due('digest', bob);
    t.false(mailbox.received.some(to(bob)), 'nothing new, no e-mail');
  },
);

test.serial('e-mails are in the language of the person', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await booted.apis.accounts.editProfile(bob.account._id, { language: 'fr' });
  await say(ann, `@${bob.account.username} bonjour`, { visibility: 'direct' });
  await due('instant', bob);
  const mail = await mailbox.next(to(bob));
  t.is(mail.headers.subject, `${ann.account.displayName} vous a écrit · Acme`);
  t.regex(mail.text, /Bonjour /);
});

test.serial('a busy mail server is asked again, one that refuses is not', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  mailbox.refuse(451);
  await say(ann, `@${bob.account.username} later`);
  await due('instant', bob);
  mailbox.refuse(null);
  await due('instant', bob);
  t.regex((await mailbox.next(to(bob))).text, /later/);
  mailbox.refuse(550);
  await say(ann, `@${bob.account.username} never`);
  await due('instant', bob);
  mailbox.refuse(null);
  const row = await booted.kit.mongo
    .collection<{ _id: string; dueAt?: number }>('mail')
    .findOne({ _id: bob.account._id });
  t.is(row?.dueAt, undefined);
});

test.serial('preferences are checked, each problem named', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const bad = await call(ann, 'PUT', PATH, {
    digest: 'hourly',
    quiet_hours: { from: '25:00', to: '07:00' },
    time_zone: 'Mars/Olympus',
  });
  t.is(bad.status, 422);
  t.deepEqual(Object.keys(bad.json.details).toSorted(), [
    'digest',
    'quiet_hours.from',
    'time_zone',
  ]);
  const good = await call(ann, 'PUT', PATH, {
    instant: ['mention'],
    digest: 'weekly',
    quiet_hours: { from: '22:00', to: '07:00' },
    time_zone: 'Europe/Paris',
  });
  t.is(good.status, 200);
  t.true(good.json.enabled);
  t.is(good.json.address, address(ann));
  t.deepEqual((await call(ann, 'GET', PATH)).json, good.json);
});

test.serial('an invitation goes by e-mail, and one that cannot be sent is none', async (t) => {
  const admin = await booted.person('root', { role: 'admin' });
  const invited = await call(admin, 'POST', '/api/mitoyen/v1/invitations', {
    email: 'new@example.test',
  });
  t.is(invited.status, 200);
  const mail = await mailbox.next((one) => one.to.includes('new@example.test'));
  t.true(mail.text.includes(invited.json.url));
  mailbox.refuse(550);
  const failed = await call(admin, 'POST', '/api/mitoyen/v1/invitations', {
    email: 'no@example.test',
  });
  mailbox.refuse(null);
  t.is(failed.status, 502);
  const left = (await call(admin, 'GET', '/api/mitoyen/v1/invitations')).json;
  t.is(left.length, 1);
});

test.serial(
  'who forgot the password gets a link, and is signed out elsewhere when it is used',
  async (t) => {
    const [ann] = (await people('ann')) as [Person];
    const ask = (email: string) =>
      booted.request('POST', '/auth/forgotten', { body: new URLSearchParams({ email }) });
    const [known, unknown] = [await ask(address(ann)), await ask('nobody@example.test')];
    t.is(known.status, 200);
    t.is(known.text, unknown.text, 'nothing tells whether the address is known');
    const mail = await mailbox.next(to(ann));
    const [link = ''] = /http\S+\/auth\/link\/\S+/.exec(mail.text) ?? [];
    const used = await booted.request('POST', link, {
      body: new URLSearchParams({ password: 'another long pass word' }),
    });
    t.is(used.status, 303);
    t.is((await call(ann, 'GET', PATH)).status, 401);
    t.is((await booted.request('GET', link)).status, 404, 'once');
    await ask('again@example.test');
    t.is((await ask('again@example.test')).status, 429);
  },
);
