/** Web Push to a real receiver that checks the sender and decrypts. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { mastodon } from './support/mastodon-schema.ts';
import { type Person, withMembers } from './support/members.ts';
import { type PushReceiver, startPushReceiver } from './support/push-receiver.ts';

const { app, people, call, say: publish } = withMembers(test);
const PATH = '/api/v1/push/subscription';
const receivers: PushReceiver[] = [];
test.after.always(() => Promise.all(receivers.map((one) => one.close())));

async function say(by: Person, status: string, more: object = {}): Promise<AnyJson> {
  const made = await publish(by, status, more);
  await app().settled();
  return made;
}
async function subscribe(
  person: Person,
  data: object,
  { standard } = { standard: true },
): Promise<PushReceiver> {
  const receiver = await startPushReceiver();
  receivers.push(receiver);
  const { endpoint, keys } = receiver;
  const made = await call(person, 'POST', PATH, {
    subscription: { endpoint, keys, standard },
    data,
  });
  if (made.status !== 200) throw new Error(made.text);
  return receiver;
}
const mention = { alerts: { mention: true } };

test.serial(
  'a mention comes encrypted, signed with the kept key, and says who and what',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const receiver = await subscribe(bob, mention);
    const { id } = await say(ann, `@${bob.account.username} come **over**`);
    t.is(receiver.pushed.length, 1);
    const [{ json, token, headers }] = receiver.pushed as [PushReceiver['pushed'][0]];
    t.is(headers['content-encoding'], 'aes128gcm');
    t.is(
      token.key,
      (await app().request('GET', '/api/v2/instance')).json.configuration.vapid.public_key,
    );
    t.is(token.aud, new URL(receiver.endpoint).origin);
    t.is(json.notification_type, 'mention');
    t.is(json.title, `${ann.account.displayName} mentioned you`);
    t.regex(json.body, /come over/);
    t.is(json.access_token, bob.token, 'apps with several accounts know by it whose it is');
    const told = await call(bob, 'GET', `/api/v1/notifications/${json.notification_id}`);
    t.is(told.json.status.id, id);
  },
);

test.serial(
  'an app that does not say that it reads the standard gets the draft that older ones read',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const receiver = await subscribe(bob, mention, { standard: false });
    await say(ann, `@${bob.account.username} still here?`);
    const [pushed] = receiver.pushed;
    t.is(pushed?.headers['content-encoding'], 'aesgcm');
    t.regex(pushed?.json.body, /still here/);
    t.is(pushed?.token.aud, new URL(receiver.endpoint).origin);
  },
);

test.serial('the key is made once and kept: another process has the same', async (t) => {
  const other = await app().another();
  const keys = await Promise.all(
    [app().baseUrl, other.baseUrl].map((base) => app().request('GET', `${base}/api/v2/instance`)),
  );
  const [first, second] = keys.map(({ json }) => json.configuration.vapid.public_key);
  t.is(Buffer.from(first, 'base64url').length, 65);
  t.is(first, second);
});

test.serial('a subscription belongs to its token: made, read, changed, ended', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  t.is((await call(bob, 'GET', PATH)).status, 404);
  const receiver = await subscribe(bob, { alerts: { favourite: 'true' }, policy: 'followed' });
  const { json } = await call(bob, 'GET', PATH);
  t.deepEqual(mastodon?.('WebPushSubscription', json) ?? [], []);
  t.true(json.alerts.favourite);
  t.false(json.alerts.mention);
  await say(ann, `@${bob.account.username} one`);
  const changed = await call(bob, 'PUT', PATH, { data: { alerts: { mention: true } } });
  t.false(changed.json.alerts.favourite);
  await say(ann, `@${bob.account.username} two, of a stranger`);
  t.is(receiver.pushed.length, 0, 'not wanted of people who are not followed');
  await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
  await say(ann, `@${bob.account.username} three`);
  t.is(receiver.pushed.length, 1);
  await call(bob, 'DELETE', PATH);
  t.is((await call(bob, 'GET', PATH)).status, 404);
  await say(ann, `@${bob.account.username} four`);
  t.is(receiver.pushed.length, 1);
});

test.serial('alerts that only other servers know are left out, and the others hold', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const receiver = await startPushReceiver();
  receivers.push(receiver);
  // As Tusky sends it.
  const alerts = {
    'data[alerts][mention]': 'true',
    'data[alerts][favourite]': 'false',
    'data[alerts][admin.sign_up]': 'true',
    'data[alerts][severed_relationships]': 'true',
    'data[alerts][moderation_warning]': 'true',
    'data[alerts][quote]': 'true',
    'data[alerts][quoted_update]': 'true',
  };
  const made = await call(
    bob,
    'POST',
    PATH,
    new URLSearchParams({
      'subscription[endpoint]': receiver.endpoint,
      'subscription[keys][p256dh]': receiver.keys.p256dh,
      'subscription[keys][auth]': receiver.keys.auth,
      'subscription[standard]': 'true',
      ...alerts,
    }),
  );
  t.is(made.status, 200);
  t.true(made.json.alerts.mention);
  t.true(made.json.alerts['admin.sign_up']);
  t.false(made.json.alerts.favourite);
  await say(ann, `@${bob.account.username} hello`);
  t.is(receiver.pushed.length, 1);
  const changed = await call(
    bob,
    'PUT',
    PATH,
    new URLSearchParams({ ...alerts, 'data[alerts][favourite]': 'true' }),
  );
  t.true(changed.json.alerts.favourite);
  t.true(changed.json.alerts.mention);
  const { status } = await call(bob, 'PUT', PATH, { data: { alerts: { mention: ['no'] } } });
  t.is(status, 422);
});

test.serial('content-free pushes say nothing but that there is something', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const receiver = await subscribe(bob, { ...mention, content_free: true });
  await say(ann, `@${bob.account.username} the secret recipe`);
  const [pushed] = receiver.pushed;
  t.deepEqual(Object.keys(pushed?.json).toSorted(), [
    'body',
    'notification_id',
    'preferred_locale',
    'title',
  ]);
  t.is(pushed?.json.title, 'Acme');
  t.notRegex(JSON.stringify(pushed?.json), /recipe|ann/);
});

test.serial(
  'a subscription that its service calls gone is dropped; a revoked token takes its own with it',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const receiver = await subscribe(bob, mention);
    receiver.answer(410);
    await say(ann, `@${bob.account.username} are you there?`);
    t.is((await call(bob, 'GET', PATH)).status, 404);
    const again = await subscribe(bob, mention);
    await app().apis.authentication.revokeAll(bob.account._id);
    await say(ann, `@${bob.account.username} and now?`);
    t.is(again.pushed.length, 0);
  },
);

test.serial(
  'an address inside the house is never reached, and its subscription goes',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const { keys } = await subscribe(ann, mention);
    const subscription = { endpoint: 'http://10.0.0.1/push', keys, standard: true };
    t.is((await call(bob, 'POST', PATH, { subscription, data: mention })).status, 200);
    await say(ann, `@${bob.account.username} knock`);
    t.is((await call(bob, 'GET', PATH)).status, 404);
  },
);

test.serial('a service that is busy is asked again', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const receiver = await subscribe(bob, mention);
  receiver.answer(503);
  await say(ann, `@${bob.account.username} patience`);
  receiver.answer(201);
  const deadline = Date.now() + 20_000;
  while (receiver.pushed.length < 2 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  t.true(receiver.pushed.length >= 2);
});

test.serial('nobody is told of what they may not see', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const receiver = await subscribe(bob, mention);
  await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/mute`);
  await say(ann, `@${bob.account.username} psst`);
  await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/unmute`);
  const group = (
    await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: 'in', access: 'secret' })
  ).json.id;
  await say(ann, `@${bob.account.username} not for you`, { visibility: 'group', group_id: group });
  t.is(receiver.pushed.length, 0);
});

test.serial(
  'what is no address, no key or too narrow a token is refused, each problem named',
  async (t) => {
    const [ann] = (await people('ann')) as [Person];
    const bad = await call(ann, 'POST', PATH, {
      subscription: { endpoint: 'ftp://example.test/x', keys: { p256dh: 'AAAA', auth: 'AA' } },
    });
    t.is(bad.status, 422);
    t.deepEqual(Object.keys(bad.json.details).toSorted(), [
      'subscription.endpoint',
      'subscription.keys.auth',
      'subscription.keys.p256dh',
    ]);
    const { token } = await app().apis.authentication.createToken(
      ann.account._id,
      ['read'],
      'narrow',
    );
    t.is((await app().request('GET', PATH, { token })).status, 403);
  },
);
