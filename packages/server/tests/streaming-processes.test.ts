/** Two processes on one database and one Redis serve any app; slow apps and stopping processes. */
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type AnyJson, type Booted, withApp } from './support/boot.ts';
import { listen, listenToEvents } from './support/streams.ts';

const app = withApp(test, { limits: { stream_waiting_bytes: 65_536 } });
type Person = Awaited<ReturnType<Booted['person']>>;

const call = (by: Person, method: string, path: string, body?: unknown) =>
  app().request(method, path, { token: by.token, body });

test.serial(
  'what is written in one process is heard in the other, cut there and drained',
  async (t) => {
    const [ann, bob] = await Promise.all([app().person('ann'), app().person('bob')]);
    const other = await app().another();
    const here = await listen(app().baseUrl, { query: `?stream=user&access_token=${bob.token}` });
    const there = await listen(other.baseUrl, { query: `?stream=user&access_token=${bob.token}` });

    const made = (
      await call(ann, 'POST', '/api/v1/statuses', { status: 'by the first', visibility: 'company' })
    ).json;
    for (const ears of [here, there]) t.is((await ears.event('update')).payload.id, made.id);
    const second = await app().request('POST', `${other.baseUrl}/api/v1/statuses`, {
      token: ann.token,
      body: { status: `@${bob.account.username} by the second`, visibility: 'company' },
    });
    t.is(second.status, 200);
    for (const ears of [here, there]) {
      t.is((await ears.event('update')).payload.id, second.json.id);
      t.is((await ears.event('notification')).payload.status.id, second.json.id);
    }

    await onePostOfTwo(t, ann, other.baseUrl);

    await app().apis.authentication.revokeAll(bob.account._id);
    t.is((await there.ended).code, 1008, 'revoked in one process, cut in the other');
    t.is((await here.ended).code, 1008);

    const socket = await listen(other.baseUrl, { query: `?access_token=${ann.token}` });
    const events = await listenToEvents(other.baseUrl, 'user', ann.token);
    process.kill(other.pid, 'SIGTERM');
    t.is((await socket.ended).code, 1001);
    t.is((await events.ended).code, 1000, 'the response ends whole');
    t.is(await other.exited, 0);
  },
);

/** An app whose connection was lost sends again, and comes to another process. */
async function onePostOfTwo(t: ExecutionContext, by: Person, elsewhere: string): Promise<void> {
  const form = new FormData();
  form.set('file', new Blob(['%PDF-1.4 a report'], { type: 'application/pdf' }), 'report.pdf');
  const file = await app().request('POST', '/api/v1/media', { token: by.token, body: form });
  const send = (base: string) =>
    app().request('POST', `${base}/api/v1/statuses`, {
      token: by.token,
      body: { status: 'once', media_ids: [file.json.id], visibility: 'company' },
      headers: { 'Idempotency-Key': 'of-two' },
    });
  const made = await Promise.all([app().baseUrl, elsewhere, app().baseUrl, elsewhere].map(send));
  t.deepEqual(
    made.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  t.is(new Set(made.map(({ json }) => json.id)).size, 1);
}

test.serial('an app that takes nothing is let go, and others hear on', async (t) => {
  const [eve, cal] = await Promise.all([app().person('eve'), app().person('cal')]);
  const url = new URL(app().baseUrl);
  const slow = connect(Number(url.port), url.hostname);
  slow.on('error', () => {});
  slow.write(
    `GET /api/v1/streaming/user HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${cal.token}\r\n\r\n`,
  );
  await new Promise((resolve) => slow.once('data', resolve));
  slow.pause();
  const ears = await listen(app().baseUrl, { query: `?stream=user&access_token=${cal.token}` });
  const text = 'long '.repeat(800);
  const publish = (number: number) =>
    app().apis.streaming.publish({
      event: 'announcement',
      payload: { number, text },
      to: { accounts: [cal.account._id] },
    });
  // As much as the system's own buffers take, and the 64 KiB that we keep.
  for (let number = 0; number < 4000; number += 1) publish(number);
  t.is((await ears.next((one) => (one.payload as AnyJson).number === 3999)).event, 'announcement');
  const ended = new Promise((resolve) => slow.once('close', resolve));
  slow.resume();
  await ended;
  publish(4000);
  await ears.next((one) => (one.payload as AnyJson).number === 4000);
  ears.close();
  t.truthy(eve);
});
