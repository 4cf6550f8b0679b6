/** Signs a request: draft-cavage-12, or RFC 9421 in Mastodon's profile. */
import { type KeyObject, sign } from 'node:crypto';
import { cavageString, signCavage } from './cavage.ts';
import { SYNCHRONIZATION_HEADER } from './collection-synchronization.ts';
import { contentDigestHeader, digestHeader } from './digest.ts';
import { signatureBase } from './rfc9421.ts';

export type SignRequest = {
  method: string;
  url: string;
  body?: Uint8Array;
  keyId: string;
  privateKey: KeyObject;
  /** Milliseconds since the epoch. */
  now: number;
  scheme: 'cavage' | 'rfc9421';
  extraHeaders?: Record<string, string>;
};

/** The headers to send; `host` is among them and must be sent as it is. */
export function signRequest(request: SignRequest): Record<string, string> {
  return request.scheme === 'cavage' ? withCavage(request) : withRfc9421(request);
}

function withCavage(request: SignRequest): Record<string, string> {
  const url = new URL(request.url);
  const headers: Record<string, string> = {
    ...request.extraHeaders,
    host: url.host,
    date: new Date(request.now).toUTCString(),
    ...(request.body && { digest: digestHeader(request.body) }),
  };
  const names = [
    '(request-target)',
    'host',
    'date',
    ...(request.body ? ['digest'] : []),
    ...(headers['content-type'] ? ['content-type'] : []),
    ...(headers[SYNCHRONIZATION_HEADER] ? [SYNCHRONIZATION_HEADER] : []),
  ];
  const text = cavageString(names, {
    method: request.method,
    target: `${url.pathname}${url.search}`,
    headers,
  });
  const signature = signCavage(text ?? '', request.privateKey);
  return {
    ...headers,
    signature: `keyId="${request.keyId}",algorithm="rsa-sha256",headers="${names.join(' ')}",signature="${signature}"`,
  };
}

function withRfc9421(request: SignRequest): Record<string, string> {
  const url = new URL(request.url);
  const headers: Record<string, string> = {
    ...request.extraHeaders,
    host: url.host,
    date: new Date(request.now).toUTCString(),
    ...(request.body && { 'content-digest': contentDigestHeader(request.body) }),
  };
  const ed25519 = request.privateKey.asymmetricKeyType === 'ed25519';
  const components = [
    '@method',
    '@target-uri',
    ...(request.body ? ['content-digest'] : []),
    ...(headers[SYNCHRONIZATION_HEADER] ? [SYNCHRONIZATION_HEADER] : []),
  ];
  const params = `(${components.map((name) => `"${name}"`).join(' ')});created=${Math.floor(request.now / 1000)};keyid="${request.keyId}";alg="${ed25519 ? 'ed25519' : 'rsa-v1_5-sha256'}"`;
  const base = signatureBase(components, params, {
    method: request.method,
    targetUri: url.href,
    headers,
  });
  const signature = sign(
    ed25519 ? null : 'sha256',
    Buffer.from(base ?? ''),
    request.privateKey,
  ).toString('base64');
  return { ...headers, 'signature-input': `sig1=${params}`, signature: `sig1=:${signature}:` };
}
