import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import test from 'ava';
import { generateEd25519Keys, readMultibase } from './keys.ts';
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
    t.deepEqual(verdict, { ok: true, keyId: KEY, actor: 'https://peer.example/users/ann' });
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

test('RFC 9421 appendix B.2.6: the Ed25519 example verifies', async (t) => {
  const publicKey = createPublicKey(
    `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n`,
  );
  const { signatureBase } = await import('./rfc9421.ts');
  const { verify } = await import('node:crypto');
  const params =
    '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const base = signatureBase(
    ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
    params,
    {
      method: 'POST',
      targetUri: 'https://example.com/foo?param=Value&Pet=dog',
      headers: {
        date: 'Tue, 20 Apr 2021 02:07:55 GMT',
        'content-type': 'application/json',
        'content-length': '18',
      },
    },
  );
  const signature = Buffer.from(
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    'base64',
  );
  t.true(verify(null, Buffer.from(base ?? ''), publicKey, signature));
});
