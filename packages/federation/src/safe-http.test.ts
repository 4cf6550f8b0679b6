import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createAddressPolicy } from './address-policy.ts';
import { createSafeHttp, SafeHttpError } from './safe-http.ts';

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const open = { allowPrivateNetworks: ['127.0.0.0/8'], allowHttp: true, userAgent: 'test' };
const closed = { allowPrivateNetworks: [], allowHttp: true, userAgent: 'test' };

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error) => (error instanceof SafeHttpError ? error.reason : String(error)),
  );
}

test('no special-use address is permitted, in any notation', (t) => {
  const { permits } = createAddressPolicy([]);
  const bad = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '172.16.5.5',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '100::1',
    'nonsense',
    '',
  ];
  for (const address of bad) t.false(permits(address), address);
  for (const address of ['1.1.1.1', '8.8.8.8', '2606:4700::1111', '64:ff9b::808:808'])
    t.true(permits(address), address);
});

test('an allowed range is permitted, its neighbours are not', (t) => {
  const { permits } = createAddressPolicy(['10.1.0.0/16', 'fd00::/8']);
  t.true(permits('10.1.2.3'));
  t.true(permits('::ffff:10.1.2.3'));
  t.false(permits('10.2.2.3'));
  t.true(permits('fd00::5'));
});

test('a private address is refused as literal, by name, and after a redirect', async (t) => {
  const url = await serve(t, (_, response) => response.end('secret'));
  const { port } = new URL(url);
  const http = createSafeHttp(closed);
  t.is(await reasonOf(http.get(url, { maxBytes: 100 })), 'address_refused');
  const rebinding = createSafeHttp({ ...closed, resolve: async () => ['127.0.0.1'] });
  t.is(
    await reasonOf(rebinding.get(`http://innocent.example:${port}/`, { maxBytes: 100 })),
    'address_refused',
  );
  const mixed = createSafeHttp({ ...closed, resolve: async () => ['1.1.1.1', '127.0.0.1'] });
  t.is(await reasonOf(mixed.get('http://innocent.example/', { maxBytes: 100 })), 'address_refused');
  const start = await serve(t, (_, response) =>
    response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
  );
  t.is(await reasonOf(createSafeHttp(open).get(start, { maxBytes: 100 })), 'address_refused');
});

test('a name is resolved once and exactly that address is connected to', async (t) => {
  const url = await serve(t, (request, response) => response.end(request.headers.host));
  let asked = 0;
  const http = createSafeHttp({
    ...open,
    resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']),
  });
  const { port } = new URL(url);
  const answer = await http.get(`http://peer.example:${port}/`, { maxBytes: 100 });
  t.is(answer.body.toString(), `peer.example:${port}`);
  t.is(asked, 1);
});

test('unusual ports and plain http are refused unless allowed', async (t) => {
  const http = createSafeHttp({
    allowPrivateNetworks: [],
    allowHttp: false,
    userAgent: 'test',
    resolve: async () => ['1.1.1.1'],
  });
  t.is(await reasonOf(http.get('https://peer.example:6379/', { maxBytes: 1 })), 'port_refused');
  t.is(await reasonOf(http.get('http://peer.example/', { maxBytes: 1 })), 'scheme_refused');
  for (const url of [
    'ftp://peer.example/',
    'file:///etc/passwd',
    'https://user:pass@peer.example/',
    'nonsense',
  ]) {
    t.is(await reasonOf(http.get(url, { maxBytes: 1 })), 'not_an_address', url);
  }
});

test('endless redirects, over-long and compressed bodies are refused', async (t) => {
  const http = createSafeHttp(open);
  const loop = await serve(t, (request, response) =>
    response.writeHead(302, { location: `${request.url}x` }).end(),
  );
  t.is(await reasonOf(http.get(loop, { maxBytes: 100 })), 'too_many_redirects');
  const large = await serve(t, (_, response) => {
    response.writeHead(200);
    response.write('x'.repeat(500));
    response.end('x'.repeat(500));
  });
  t.is(await reasonOf(http.get(large, { maxBytes: 900 })), 'too_large');
  const bomb = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  );
  t.is(await reasonOf(http.get(bomb, { maxBytes: 100 })), 'encoding_refused');
});

test('a body that drips does not defeat the deadline', async (t) => {
  const drip = await serve(t, (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  t.is(
    await reasonOf(createSafeHttp(open).get(drip, { maxBytes: 1e6, timeoutMs: 200 })),
    'timeout',
  );
});

test('each hop of a redirect is signed anew', async (t) => {
  const seen: string[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(String(request.headers['x-signed']));
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else response.end('ok');
  });
  const answer = await createSafeHttp(open).get(`${url}/a`, {
    maxBytes: 10,
    sign: (hop) => ({ 'x-signed': new URL(hop).pathname }),
  });
  t.is(answer.finalUrl, `${url}/b`);
  t.deepEqual(seen, ['/a', '/b']);
});
