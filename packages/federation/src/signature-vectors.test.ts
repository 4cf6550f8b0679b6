/**
 * Official test vectors: draft-cavage-12 appendix C, RFC 9421 section 4.3 and appendix B. Those
 * of algorithms that we do not take (RSA-PSS, HMAC) hold our signature base to account; left out
 * are responses (B.2.4) and client certificates (B.3), which no server here sends.
 */
import { constants, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import test from 'ava';
import { cavageString, parseCavage } from './cavage.ts';
import { digestMatches } from './digest.ts';
import { isUsableKey, readPublicPem } from './keys.ts';
import { parseMessageSignature, signatureBase } from './rfc9421.ts';

const BODY = Buffer.from('{"hello": "world"}');

const CAVAGE_KEY = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`);

const CAVAGE_REQUEST = {
  method: 'POST',
  target: '/foo?param=value&pet=dog',
  headers: {
    host: 'example.com',
    date: 'Sun, 05 Jan 2014 21:31:40 GMT',
    'content-type': 'application/json',
    digest: 'SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=',
    'content-length': '18',
  },
};

const CAVAGE_VECTORS = {
  'C.1 default':
    'keyId="Test",algorithm="rsa-sha256",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM="',
  'C.2 basic':
    'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="',
  'C.3 all headers':
    'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="',
};

for (const [name, header] of Object.entries(CAVAGE_VECTORS)) {
  test(`draft-cavage-12 appendix ${name} verifies`, (t) => {
    const parsed = parseCavage(header);
    const text = cavageString(parsed?.headers ?? [], CAVAGE_REQUEST) ?? '';
    t.true(verify('sha256', Buffer.from(text), CAVAGE_KEY, parsed?.signature ?? Buffer.alloc(0)));
  });
}

test("the draft's Digest is that of its body, and its 1024-bit key is not one that we take", (t) => {
  t.true(digestMatches(CAVAGE_REQUEST.headers.digest, BODY));
  t.false(digestMatches(CAVAGE_REQUEST.headers.digest, Buffer.from('{}')));
  t.false(isUsableKey(CAVAGE_KEY));
});

const RSA_KEY = readPublicPem(`-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----`) as KeyObject;

const ED25519_KEY = readPublicPem(`-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----`) as KeyObject;

test('RFC 9421 section 4.3: the rsa-v1_5-sha256 signature of the proxy verifies', (t) => {
  const parsed = parseMessageSignature(
    'proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540',
    'proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:',
  );
  t.is(parsed?.expires, 1618884540);
  const headers = {
    'content-digest':
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    'content-type': 'application/json',
    'content-length': '18',
    forwarded: 'for=192.0.2.123;host=example.com;proto=https',
  };
  t.true(digestMatches(headers['content-digest'], BODY));
  const base = signatureBase(parsed?.components ?? [], parsed?.params ?? '', {
    method: 'POST',
    targetUri: 'https://origin.host.internal.example/foo?param=Value&Pet=dog',
    headers,
  });
  t.true(verify('sha256', Buffer.from(base ?? ''), RSA_KEY, parsed?.signature ?? Buffer.alloc(0)));
});

test('RFC 9421 appendix B.2.6: the Ed25519 example verifies', (t) => {
  const parsed = parseMessageSignature(
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
  );
  const base = signatureBase(parsed?.components ?? [], parsed?.params ?? '', {
    method: 'POST',
    targetUri: 'https://example.com/foo?param=Value&Pet=dog',
    headers: {
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-length': '18',
    },
  });
  t.true(verify(null, Buffer.from(base ?? ''), ED25519_KEY, parsed?.signature ?? Buffer.alloc(0)));
});

const PSS_KEY = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----`);
const SHARED_SECRET =
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';

const TEST_REQUEST = {
  method: 'POST',
  targetUri: 'https://example.com/foo?param=Value&Pet=dog',
  headers: {
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest':
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    'content-length': '18',
  },
};

const PSS_VECTORS = {
  'B.2.1 minimal': [
    'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
    'sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:',
  ],
  'B.2.3 full coverage': [
    'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
    'sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:',
  ],
} as const;

for (const [name, [input, value]] of Object.entries(PSS_VECTORS)) {
  test(`RFC 9421 appendix ${name}: the signature is over our signature base`, (t) => {
    const parsed = parseMessageSignature(input, value);
    const base = signatureBase(parsed?.components ?? ['none'], parsed?.params ?? '', TEST_REQUEST);
    const key = { key: PSS_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
    const bytes = parsed?.signature ?? Buffer.alloc(0);
    t.true(verify('sha512', Buffer.from(base ?? ''), key, bytes));
  });
}

test('RFC 9421 appendix B.2.2: a component with a parameter of its own is refused, not misread', (t) => {
  const input =
    'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"';
  t.is(parseMessageSignature(input, 'sig-b22=:Ljbt:'), null);
});

test('RFC 9421 appendix B.2.5: the HMAC is over our signature base', (t) => {
  const parsed = parseMessageSignature(
    'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
  );
  const base = signatureBase(parsed?.components ?? [], parsed?.params ?? '', TEST_REQUEST);
  const hmac = createHmac('sha256', Buffer.from(SHARED_SECRET, 'base64')).update(base ?? '');
  t.deepEqual(hmac.digest(), parsed?.signature);
});

const TRANSFORMED = {
  original: [true, {}],
  'added fields and a query parameter': [
    true,
    {
      targetUri: 'https://example.org/demo?name1=Value1&Name2=value2&param=added',
      headers: { accept: 'application/json, */*', 'accept-language': 'en-US,en;q=0.5' },
    },
  ],
  'other query and fields out of order': [
    true,
    { targetUri: 'https://example.org/demo?name3=value3' },
  ],
  'another method': [false, { method: 'POST' }],
  'another authority': [false, { targetUri: 'https://example.com/demo?name1=Value1&Name2=value2' }],
  'values of a field in another order': [false, { headers: { accept: '*/*, application/json' } }],
} as const;

for (const [name, [holds, change]] of Object.entries(TRANSFORMED)) {
  test(`RFC 9421 appendix B.4, ${name}: ${holds ? 'still holds' : 'holds no more'}`, (t) => {
    const parsed = parseMessageSignature(
      'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
      'transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:',
    );
    const base = signatureBase(parsed?.components ?? [], parsed?.params ?? '', {
      method: 'GET',
      targetUri: 'https://example.org/demo?name1=Value1&Name2=value2',
      headers: { accept: 'application/json, */*' },
      ...change,
    });
    const bytes = parsed?.signature ?? Buffer.alloc(0);
    t.is(verify(null, Buffer.from(base ?? ''), ED25519_KEY, bytes), holds);
  });
}
