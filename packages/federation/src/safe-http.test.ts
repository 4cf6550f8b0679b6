import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { createAddressPolicy } from './address-policy.ts';
import { createResolveHost, parseHosts } from './resolve-host.ts';
import { createSafeHttp } from './safe-http.ts';
import { SafeHttpError } from './safe-http-error.ts';

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

test('a name that answers otherwise at the second look is checked at the second look', async (t) => {
  const url = await serve(t, (_, response) =>
    response.writeHead(200, { connection: 'close' }).end('x'),
  );
  const { port } = new URL(url);
  let asked = 0;
  const http = createSafeHttp({
    ...open,
    resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']),
  });
  const address = `http://peer.example:${port}/`;
  t.is((await http.get(address, { maxBytes: 10 })).status, 200);
  t.is(await reasonOf(http.get(address, { maxBytes: 10 })), 'address_refused');
});

test('a redirect is checked like the first address, by name and by number', async (t) => {
  const secret = await serve(t, (_, response) => response.end('secret'));
  const { port } = new URL(secret);
  const allowed = { allowPrivateNetworks: ['127.0.0.1/32'], allowHttp: true, userAgent: 'test' };
  for (const location of [
    'http://127.0.0.2/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    `http://[::ffff:127.0.0.2]:${port}/`,
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::7f00:2]/',
    'http://2130706434/',
    'http://0x7f.2/',
    'http://metadata.example/',
  ]) {
    const start = await serve(t, (_, response) => response.writeHead(307, { location }).end());
    const http = createSafeHttp({ ...allowed, resolve: async () => ['169.254.169.254'] });
    t.is(await reasonOf(http.get(start, { maxBytes: 100 })), 'address_refused', location);
  }
  for (const location of [
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:1',
    'http://a:b@127.0.0.1/',
  ]) {
    const start = await serve(t, (_, response) => response.writeHead(302, { location }).end());
    t.is(
      await reasonOf(createSafeHttp(allowed).get(start, { maxBytes: 100 })),
      'not_an_address',
      location,
    );
  }
});

test('deliveries and names are checked the same way, and a POST is not redirected', async (t) => {
  const post = { headers: {}, body: Buffer.from('{}') };
  t.is(
    await reasonOf(createSafeHttp(closed).post('http://127.0.0.1/inbox', post)),
    'address_refused',
  );
  const nowhere = createSafeHttp({ ...open, resolve: async () => [] });
  t.is(await reasonOf(nowhere.post('http://gone.example/inbox', post)), 'not_found_in_dns');
  const url = await serve(t, (_, response) =>
    response.writeHead(307, { location: 'http://10.0.0.1/' }).end(),
  );
  t.is((await createSafeHttp(open).post(url, post)).status, 307);
});

test('a redirect that the caller does not allow is not followed', async (t) => {
  let reached = 0;
  const elsewhere = await serve(t, (_, response) => {
    reached += 1;
    response.end('x');
  });
  const start = await serve(t, (_, response) =>
    response.writeHead(302, { location: elsewhere }).end(),
  );
  const follow = (url: string) => !url.startsWith(elsewhere);
  t.is(
    await reasonOf(createSafeHttp(open).get(start, { maxBytes: 10, follow })),
    'redirect_refused',
  );
  t.is(reached, 0);
});

test('what authorizes at one origin is not sent to another', async (t) => {
  const seen: (string | undefined)[] = [];
  const second = await serve(t, (request, response) => {
    seen.push(request.headers.authorization, request.headers['x-plain'] as string);
    response.end('ok');
  });
  const first = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(302, { location: second }).end('x'.repeat(10_000));
  });
  const headers = { authorization: 'Bearer x', 'x-plain': 'y' };
  await createSafeHttp(open).get(first, { maxBytes: 10, headers });
  t.deepEqual(seen, ['Bearer x', undefined, 'y']);
});

test('a decompression bomb is not opened, whatever it is called', async (t) => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  for (const encoding of ['gzip', 'GZIP', 'br', 'gzip, identity', 'deflate', 'zstd']) {
    const url = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
    );
    t.is(
      await reasonOf(createSafeHttp(open).get(url, { maxBytes: 1e6 })),
      'encoding_refused',
      encoding,
    );
  }
  // Not declared, it is what it is: a body of so many bytes.
  const plain = await serve(t, (_, response) => response.end(bomb));
  t.is(await reasonOf(createSafeHttp(open).get(plain, { maxBytes: 1000 })), 'too_large');
});

test('the deadline holds for headers that never end, redirects that drip and a silent peer', async (t) => {
  const get = (url: string) =>
    reasonOf(createSafeHttp(open).get(url, { maxBytes: 1e6, timeoutMs: 250 }));
  const silent = await serve(t, () => {});
  t.is(await get(silent), 'timeout');
  const raw = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x-a: b\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  t.teardown(() => raw.close());
  const headersUrl = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/`;
  t.is(await get(headersUrl), 'timeout');
  let hops = 0;
  const slow = await serve(t, (_, response) => {
    hops += 1;
    setTimeout(() => response.writeHead(302, { location: `/${hops}` }).end(), 120);
  });
  t.is(await get(slow), 'timeout');
});

test('header floods are refused', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { 'x-long': 'x'.repeat(60_000) }).end('x');
  });
  t.is(await reasonOf(createSafeHttp(open).get(url, { maxBytes: 1e6 })), 'network');
});

test('the hosts file comes first, then DNS, then the system; a slow name server is left alone', async (t) => {
  const hosts = parseHosts(
    '127.0.0.1 localhost\n# 1.2.3.4 no\n10.0.0.5  Peer.example peer # x\nnonsense x\n::1 localhost',
  );
  t.deepEqual(hosts.get('localhost'), ['127.0.0.1', '::1']);
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(code), { code });
  };
  const resolver = { resolve4: async () => ['1.1.1.1'], resolve6: failing('ENODATA') };
  const resolve = createResolveHost({ hosts, resolver: resolver as never });
  t.deepEqual(await resolve('peer.EXAMPLE'), ['10.0.0.5']);
  t.deepEqual(await resolve('other.example'), ['1.1.1.1']);
  const slow = { resolve4: failing('ETIMEOUT'), resolve6: failing('ETIMEOUT') };
  t.deepEqual(await createResolveHost({ hosts, resolver: slow as never })('localhost2'), []);
  const lame = { resolve4: async () => ['1.1.1.1'], resolve6: () => new Promise(() => {}) };
  t.deepEqual(await createResolveHost({ hosts, resolver: lame as never })('x.example'), [
    '1.1.1.1',
  ]);
  const unknown = { resolve4: failing('ENOTFOUND'), resolve6: failing('ENOTFOUND') };
  const system = createResolveHost({ hosts: new Map(), resolver: unknown as never });
  t.true((await system('localhost')).length > 0);
});
