/** Official test vectors: draft-cavage-12 appendix C, RFC 9421 section 4.3 and appendix B.2. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
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
