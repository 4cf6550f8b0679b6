/** Lists that grow at both ends, against a server that answers over HTTP. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import './support/runes.ts';

const { Paged } = await import('../src/stores/paged.svelte.ts');
/** What the server has, newest first. */
let rows: { id: string; text: string }[] = [];
let asked = 0;
let server: Server;
const LIMIT = 3;

test.before(async () => {
  server = createServer((request, response) => {
    asked += 1;
    const url = new URL(request.url ?? '', 'http://here');
    const max = url.searchParams.get('max_id');
    const page = rows.filter((one) => !max || one.id < max).slice(0, LIMIT);
    const last = page.at(-1)?.id;
    if (page.length === LIMIT) response.setHeader('link', `</list?max_id=${last}>; rel="next"`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const real = globalThis.fetch;
  Object.assign(globalThis, {
    location: { origin },
    scrollY: 0,
    fetch: (path: string, init: RequestInit) => real(new URL(path, origin), init),
  });
});
test.after.always(() => server.close());

const row = (id: string, text = id) => ({ id, text });
const make = () =>
  new Paged<{ id: string; text: string }>('/list', {}, (found) => found as typeof rows);
const ids = (list: { id: string }[]) => list.map((one) => one.id).join('');

test.serial('pages follow each other, and what moved meanwhile is not shown twice', async (t) => {
  rows = ['f', 'e', 'd', 'c', 'b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  t.is(ids(list.items), 'fed');
  list.prepend([row('g')]);
  await list.more();
  await list.more();
  t.is(ids(list.items), 'gfedcba');
  t.is(list.next, null);
});

test.serial('what comes while a list is loaded is not lost', async (t) => {
  rows = ['d', 'c', 'b', 'a'].map((id) => row(id));
  const list = make();
  const loading = list.load();
  list.prepend([row('f')]);
  list.announce(row('g'));
  await list.catchUp(() => true);
  await loading;
  t.is(ids(list.items), 'fdcb');
  t.is(ids(list.fresh), 'g');
  rows = ['g', 'f', 'e', 'd'].map((id) => row(id));
  while (ids(list.items) === 'fdcb') await new Promise(setImmediate);
  t.is(ids(list.items).slice(0, 4), 'gefd');
});

test.serial('catching up brings what is new, what changed, and what is gone', async (t) => {
  rows = ['e', 'd', 'c', 'b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  await list.more();
  rows = [row('f'), row('e', 'changed'), row('c'), row('b'), row('a')];
  await list.catchUp();
  t.is(ids(list.items), 'ecba');
  t.is(list.items[0]?.text, 'changed');
  t.is(ids(list.fresh), 'f');
  list.showFresh();
  t.is(ids(list.items), 'fecba');
  t.is(list.fresh.length, 0);
});

test.serial('where more came than a page holds, nothing between is left out', async (t) => {
  rows = ['b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  rows = ['h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'].map((id) => row(id));
  await list.catchUp();
  t.is(ids(list.items), 'ba', 'nothing jumps');
  t.is(ids(list.fresh), 'hgf');
  list.showFresh();
  await list.more();
  await list.more();
  t.is(ids(list.items), 'hgfedcba');
});

test.serial('what is announced waits once, and not where it is shown already', async (t) => {
  rows = ['b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  list.announce(row('b'));
  list.announce(row('c'));
  list.announce(row('c'));
  t.is(ids(list.fresh), 'c');
  list.prepend([row('c')]);
  t.is(ids(list.fresh), '');
  t.is(ids(list.items), 'cba');
});

test.serial('a visit keeps the pages that were read and puts what is new on top', async (t) => {
  rows = ['e', 'd', 'c', 'b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  await list.more();
  rows = [row('f'), ...rows];
  const before = asked;
  list.visit();
  while (list.items.length < 6) await new Promise(setImmediate);
  t.is(ids(list.items), 'fedcba');
  t.is(asked, before + 1);
});

test.serial('without an answer, what is shown stays', async (t) => {
  rows = ['b', 'a'].map((id) => row(id));
  const list = make();
  await list.load();
  const real = globalThis.fetch;
  globalThis.fetch = async () => {
    throw new TypeError('offline');
  };
  await list.catchUp();
  t.is(ids(list.items), 'ba');
  t.is(list.state, 'ready');
  await list.load();
  t.is(list.state, 'failed');
  t.is(ids(list.items), 'ba');
  globalThis.fetch = real;
});
