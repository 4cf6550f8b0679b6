/** Translation through a server of the organization's own: a LibreTranslate on loopback that says what it was asked. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';

let booted: Booted;
let server: Server;
const asked: AnyJson[] = [];
let answer: 'well' | 'badly' | 'not' = 'well';

test.before(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/languages') {
      response.end(JSON.stringify([{ code: 'fr', name: 'French', targets: ['fr', 'en', 'de'] }]));
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    asked.push(body);
    if (answer === 'not') response.writeHead(500);
    const texts = body.q.map(
      (text: string) => `${text.replace('monde', 'world')}<script>x</script>`,
    );
    response.end(JSON.stringify({ translatedText: answer === 'badly' ? [] : texts }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  booted = await bootApp({ translation: { url: `http://127.0.0.1:${port}/`, api_key: 'k' } });
});
test.after.always(async () => {
  await booted?.stop();
  server?.closeAllConnections();
  server?.close();
});
const { people, ok, get, call, status, say, group } = membersOf(() => booted);
const french = (by: Person, text: string, more: object = {}) =>
  say(by, text, { language: 'fr', ...more });

test.serial(
  'a post is translated once for everybody, and what comes back is not trusted',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const post = await french(ann, 'bonjour le **monde**', {
      spoiler_text: 'le monde',
      poll: { options: ['un monde', 'deux'], expires_in: 3600 },
    });
    const path = `/api/v1/statuses/${post.id}/translate`;
    const first = await ok(bob, 'POST', path, { lang: 'en' });
    t.is(first.content, '<p>bonjour le <strong>world</strong></p>');
    t.regex(first.spoiler_text, /le world/);
    t.regex(first.poll.options[0].title, /un world/);
    t.is(first.language, 'en');
    const { length } = asked;
    t.deepEqual(asked[0]?.api_key, 'k');
    t.is(asked[0]?.source, 'fr');
    t.deepEqual(await ok(ann, 'POST', path, { lang: 'en-GB' }), first);
    t.is(asked.length, length);
    t.true((await get(ann, '/api/v2/instance')).configuration.translation.enabled);
    t.deepEqual((await get(ann, '/api/v1/instance/translation_languages')).fr, ['en', 'de']);
  },
);

test.serial(
  'only public posts leave for the server, and only to languages that it knows',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const inside = await french(ann, 'entre nous', { visibility: 'company' });
    const translate = (by: Person, id: string, lang = 'en') =>
      status(by, 'POST', `/api/v1/statuses/${id}/translate`, { lang });
    const before = asked.length;
    t.is(await translate(bob, inside.id), 403);
    const secret = await group(ann, 'inner', 'secret');
    const hidden = await french(ann, 'secret', { visibility: 'group', group_id: secret });
    t.is(await translate(bob, hidden.id), 404);
    const open = await french(ann, 'pour tous');
    t.is(await translate(bob, open.id, 'tlh'), 422);
    t.is(asked.length, before);
  },
);

test.serial('where the server fails, one clear answer says so', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const post = await french(ann, 'une autre');
  const path = `/api/v1/statuses/${post.id}/translate`;
  for (const how of ['not', 'badly'] as const) {
    answer = how;
    const failed = await call(ann, 'POST', path, { lang: 'en' });
    t.is(failed.status, 503);
    t.regex(failed.json.error, /translation server/);
  }
  answer = 'well';
  t.is(await status(ann, 'POST', path, { lang: 'en' }), 200);
});
