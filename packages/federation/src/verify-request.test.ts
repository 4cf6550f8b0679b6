import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { digestHeader, digestMatches } from './digest.ts';
import { generateEd25519Keys, readMultibase, readPublicPem } from './keys.ts';
import { signRequest } from './sign-request.ts';
import { type SignedRequest, verifyRequest } from './verify-request.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const NOW = Date.parse('2026-11-23T10:00:00Z');
const KEY = 'https://peer.example/users/ann#main-key';
const body = Buffer.from('{"type":"Create"}');

function signed(
  options: {
    scheme?: 'cavage' | 'rfc9421';
    method?: string;
    url?: string;
    body?: Buffer;
    now?: number;
    key?: KeyObject;
  } = {},
): SignedRequest {
  const method = options.method ?? 'POST';
  const url = options.url ?? 'https://us.example/inbox?x=1';
  const sent = method === 'GET' ? undefined : (options.body ?? body);
  const headers = signRequest({
    method,
    url,
    body: sent,
    keyId: KEY,
    privateKey: options.key ?? pair.privateKey,
    now: options.now ?? NOW,
    scheme: options.scheme ?? 'cavage',
    extraHeaders: sent ? { 'content-type': 'application/activity+json' } : {},
  });
  const { pathname, search } = new URL(url);
  return {
    method,
    target: pathname + search,
    headers,
    rawBody: sent ?? Buffer.alloc(0),
    now: NOW,
    allowedHosts: ['us.example'],
    findKey: async (keyId) => ({
      id: keyId,
      owner: 'https://peer.example/users/ann',
      key: pair.publicKey,
    }),
  };
}

async function reason(request: SignedRequest): Promise<string> {
  const verdict = await verifyRequest(request);
  return verdict.ok ? 'ok' : verdict.reason;
}

for (const scheme of ['cavage', 'rfc9421'] as const) {
  test(`${scheme}: what we sign, we verify`, async (t) => {
    const verdict = await verifyRequest(signed({ scheme }));
    t.like(verdict, { ok: true, keyId: KEY, actor: 'https://peer.example/users/ann' });
    t.is(verdict.ok && verdict.signature.length, 256);
    t.is(await reason(signed({ scheme, method: 'GET' })), 'ok');
  });

  test(`${scheme}: a body swapped under a valid signature is refused`, async (t) => {
    const request = { ...signed({ scheme }), rawBody: Buffer.from('{"type":"Delete"}') };
    t.is(await reason(request), 'digest');
  });

  test(`${scheme}: a request for another host is refused`, async (t) => {
    t.is(await reason(signed({ scheme, url: 'https://them.example/inbox' })), 'host');
  });

  test(`${scheme}: an old or a future signature is refused`, async (t) => {
    t.is(await reason(signed({ scheme, now: NOW - 3600_001 - 1000 })), 'date');
    t.is(await reason(signed({ scheme, now: NOW + 301_000 })), 'date');
    t.is(await reason(signed({ scheme, now: NOW - 3500_000 })), 'ok');
  });

  test(`${scheme}: another key does not hold, after one refresh`, async (t) => {
    const asked: boolean[] = [];
    const request = signed({ scheme, key: other.privateKey });
    const findKey: SignedRequest['findKey'] = async (keyId, { refresh }) => {
      asked.push(refresh);
      return { id: keyId, owner: 'https://peer.example/users/ann', key: pair.publicKey };
    };
    t.is(await reason({ ...request, findKey }), 'mismatch');
    t.deepEqual(asked, [false, true]);
  });

  test(`${scheme}: a changed key is found by the refresh`, async (t) => {
    const findKey: SignedRequest['findKey'] = async (keyId, { refresh }) => ({
      id: keyId,
      owner: 'https://peer.example/users/ann',
      key: refresh ? other.publicKey : pair.publicKey,
    });
    t.is(await reason({ ...signed({ scheme, key: other.privateKey }), findKey }), 'ok');
  });
}

test('only date signed is refused', async (t) => {
  const request = signed();
  const headers = {
    ...request.headers,
    signature: (request.headers.signature ?? '').replace(/headers="[^"]*"/, 'headers="date"'),
  };
  t.is(await reason({ ...request, headers }), 'headers_not_signed');
});

test('a method or path changed in transit is refused', async (t) => {
  t.is(await reason({ ...signed(), target: '/users/bob/inbox' }), 'mismatch');
});

test('a peer that leaves the query out of (request-target) is understood', async (t) => {
  const request = signed({ url: 'https://us.example/inbox' });
  t.is(await reason({ ...request, target: '/inbox?page=1' }), 'ok');
});

test('hs2019 and unknown algorithms', async (t) => {
  const request = signed();
  const named = (name: string) => ({
    ...request.headers,
    signature: (request.headers.signature ?? '').replace('rsa-sha256', name),
  });
  t.is(await reason({ ...request, headers: named('hs2019') }), 'ok');
  t.is(await reason({ ...request, headers: named('hmac-sha256') }), 'algorithm');
});

test('no signature, a broken one and an unknown key are told apart', async (t) => {
  const request = signed();
  t.is(
    await reason({ ...request, headers: { ...request.headers, signature: undefined } }),
    'missing',
  );
  t.is(
    await reason({ ...request, headers: { ...request.headers, signature: 'nonsense' } }),
    'malformed',
  );
  t.is(await reason({ ...request, findKey: async () => null }), 'unknown_key');
});

test('Ed25519 keys sign by RFC 9421', async (t) => {
  const keys = generateEd25519Keys();
  const key = readMultibase(keys.publicMultibase);
  t.truthy(key);
  const request = signed({ scheme: 'rfc9421', key: createPrivateKey(keys.privatePem) });
  t.is(
    await reason({
      ...request,
      findKey: async (id) => ({
        id,
        owner: 'https://peer.example/users/ann',
        key: key as KeyObject,
      }),
    }),
    'ok',
  );
});

test('a target in absolute form cannot bring a host of its own', async (t) => {
  const elsewhere = signed({ scheme: 'rfc9421', url: 'https://them.example/inbox' });
  const headers = { ...elsewhere.headers, host: 'us.example' };
  for (const target of ['https://them.example/inbox', '//them.example/inbox'])
    t.not(await reason({ ...elsewhere, headers, target }), 'ok', target);
});

test('our host is known with its default port and in any case, and no other is', async (t) => {
  const request = signed();
  const asHost = (host: string) => {
    const resigned = signRequest({
      method: 'POST',
      url: 'https://us.example/inbox?x=1',
      body,
      keyId: KEY,
      privateKey: pair.privateKey,
      now: NOW,
      scheme: 'rfc9421',
    });
    return reason({ ...request, headers: { ...resigned, host } });
  };
  for (const host of ['us.example', 'us.example:443', 'US.EXAMPLE'])
    t.is(await asHost(host), 'ok', host);
  for (const host of ['us.example.evil', 'us.example:8443', 'evil-us.example', ''])
    t.is(await asHost(host), 'host', host);
});

test('the key must be the one named, of the origin of its owner, and strong enough', async (t) => {
  const request = signed();
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const given = (change: object) =>
    reason({
      ...request,
      findKey: async (id) => ({
        id,
        owner: 'https://peer.example/users/ann',
        key: pair.publicKey,
        ...change,
      }),
    });
  t.is(await given({}), 'ok');
  t.is(await given({ id: 'https://peer.example/users/bob#main-key' }), 'unknown_key');
  t.is(await given({ owner: 'https://victim.example/users/v' }), 'unknown_key');
  t.is(await given({ key: weak.publicKey }), 'unknown_key');
  t.is(await given({ key: curve.publicKey }), 'unknown_key');
});

test('a refreshed key of another owner does not count', async (t) => {
  const request = signed({ key: other.privateKey });
  const findKey: SignedRequest['findKey'] = async (id, { refresh }) => ({
    id,
    owner: `https://peer.example/users/${refresh ? 'bob' : 'ann'}`,
    key: refresh ? other.publicKey : pair.publicKey,
  });
  t.is(await reason({ ...request, findKey }), 'mismatch');
});

test('(created) and (expires) of hs2019 are held to the window', async (t) => {
  const at = (created: number, expires = created + 300) => {
    const names = ['(request-target)', '(created)', '(expires)', 'host', 'digest'];
    const headers = signed().headers;
    const text = names
      .map((name) => {
        if (name === '(request-target)') return `${name}: post /inbox?x=1`;
        if (name === '(created)') return `${name}: ${created}`;
        if (name === '(expires)') return `${name}: ${expires}`;
        return `${name}: ${headers[name]}`;
      })
      .join('\n');
    const signature = sign('sha256', Buffer.from(text), pair.privateKey).toString('base64');
    const header = `keyId="${KEY}",algorithm="hs2019",created=${created},expires=${expires},headers="${names.join(' ')}",signature="${signature}"`;
    return reason({ ...signed(), headers: { ...headers, date: undefined, signature: header } });
  };
  const now = NOW / 1000;
  t.is(await at(now - 10), 'ok');
  t.is(await at(now - 3601, now + 10), 'date');
  t.is(await at(now + 301), 'date');
  t.is(await at(now - 100, now - 1), 'date');
});

test('what must be signed is: digest, host, date, method, target', async (t) => {
  for (const name of ['(request-target)', 'host', 'date', 'digest']) {
    const request = signed();
    const signature = (request.headers.signature ?? '').replace(
      /headers="([^"]*)"/,
      (_, names: string) =>
        `headers="${names
          .split(' ')
          .filter((one) => one !== name)
          .join(' ')}"`,
    );
    const headers = { ...request.headers, signature };
    t.is(await reason({ ...request, headers }), 'headers_not_signed', name);
  }
  for (const name of ['"@method"', '"@target-uri"', '"content-digest"']) {
    const request = signed({ scheme: 'rfc9421' });
    const input = (request.headers['signature-input'] ?? '').replace(new RegExp(` ?${name}`), '');
    const headers = { ...request.headers, 'signature-input': input };
    t.is(await reason({ ...request, headers }), 'headers_not_signed', name);
  }
});

test('a Digest header of many values costs one hash, and is refused', (t) => {
  const large = Buffer.alloc(1_000_000, 'x');
  const header = Array.from({ length: 5_000 }, () => digestHeader(large)).join(',');
  const started = performance.now();
  t.false(digestMatches(header, large));
  t.true(performance.now() - started < 500);
  t.true(digestMatches(`md5=AAAA, ${digestHeader(large)}`, large));
  t.false(digestMatches('md5=AAAA', large));
  t.false(digestMatches('', large));
});

test('any bytes in the signature headers end in a refusal, not in an exception', async (t) => {
  const text = fc.string({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(text, text, async (signature, input) => {
      const request = signed();
      const headers = { ...request.headers, signature, 'signature-input': input };
      t.not(await reason({ ...request, headers }), 'ok');
      t.not(
        await reason({ ...request, headers: { ...headers, 'signature-input': undefined } }),
        'ok',
      );
    }),
    { numRuns: 300 },
  );
});

test('PEMs: a private key, a weak or an odd one and nonsense are not taken', (t) => {
  const pem = (key: KeyObject, type: 'spki' | 'pkcs8' = 'spki') =>
    key.export({ type, format: 'pem' }) as string;
  t.truthy(readPublicPem(pem(pair.publicKey)));
  t.truthy(readPublicPem(pair.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string));
  t.is(readPublicPem(pem(pair.privateKey, 'pkcs8')), null);
  t.is(readPublicPem(pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)), null);
  t.is(readPublicPem(pem(generateKeyPairSync('x25519').publicKey)), null);
  t.is(readPublicPem('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'), null);
});
