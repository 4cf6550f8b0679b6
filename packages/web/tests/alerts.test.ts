/** Notifications whose answers come late, against a server that answers over HTTP when it is told to. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import './support/runes.ts';

const { Alerts } = await import('../src/features/notifications/alerts.svelte.ts');
let server: Server;
/** What was asked and is not answered yet, by the last word of its address. */
const open: { url: URL; response: ServerResponse }[] = [];

test.before(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://here');
    if (url.pathname.endsWith('/markers')) response.end('{}');
    else {
      open.push({ url, response });
      server.emit('asked');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const real = globalThis.fetch;
  Object.assign(globalThis, {
    location: { origin },
    fetch: (path: string, init: RequestInit) => real(new URL(path, origin), init),
  });
});
test.after.always(() => {
  server.closeAllConnections();
  server.close();
});

/** Waits until so many requests are open. */
async function asked(count: number): Promise<void> {
  while (open.length < count) await once(server, 'asked');
}

/** Answers the oldest open request, or the newest, with these groups; `more`: there are further ones. */
function answer(keys: string[], { newest = false, more = false } = {}): void {
  const one = newest ? open.pop() : open.shift();
  const groups = keys.map((group_key) => ({ group_key, type: 'mention', sample_account_ids: [] }));
  if (more) one?.response.setHeader('link', '</api/v2/notifications?max_id=1>; rel="next"');
  one?.response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ accounts: [], statuses: [], notification_groups: groups }));
}

async function loaded(keys: string[]) {
  const alerts = new Alerts();
  const load = alerts.load();
  await asked(1);
  answer(keys, { more: true });
  await load;
  return alerts;
}
const shown = (alerts: InstanceType<typeof Alerts>) =>
  alerts.groups.map((one) => one.group_key).join('');

test.serial('the next page is asked for once, however often', async (t) => {
  const alerts = await loaded(['a', 'b']);
  const both = [alerts.more(), alerts.more()];
  await asked(1);
  answer(['c']);
  await Promise.all(both);
  t.is(open.length, 0);
  t.is(shown(alerts), 'abc');
});

test.serial('a page of the kind before is not mixed into the one chosen meanwhile', async (t) => {
  const alerts = await loaded(['a']);
  const more = alerts.more();
  await asked(1);
  const chosen = alerts.load('mentions');
  await asked(2);
  answer(['m'], { newest: true });
  await chosen;
  answer(['b']);
  await more;
  t.is(shown(alerts), 'm');
});

test.serial('of two kinds chosen shortly after each other the later one is shown', async (t) => {
  const alerts = new Alerts();
  const first = alerts.load();
  await asked(1);
  const second = alerts.load('mentions');
  await asked(2);
  answer(['m'], { newest: true });
  await second;
  answer(['a', 'b']);
  await first;
  t.is(shown(alerts), 'm');
});

test.serial('a page that fails says so to who asked, and can be asked for again', async (t) => {
  const alerts = await loaded(['a']);
  const more = alerts.more();
  await asked(1);
  open
    .shift()
    ?.response.writeHead(500, { 'content-type': 'application/json' })
    .end('{"error":"x"}');
  await t.throwsAsync(more);
  const again = alerts.more();
  await asked(1);
  answer(['b']);
  await again;
  t.is(shown(alerts), 'ab');
});
