/** A push service and the app behind it: takes what is posted, checks who sent it, and decrypts it (RFC 8291, 8292). */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyJson } from './boot.ts';

export type Pushed = { headers: IncomingHttpHeaders; json: AnyJson; token: AnyJson };
export type PushReceiver = {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  pushed: Pushed[];
  /** What the service answers from now on. */
  answer: (status: number) => void;
  close: () => Promise<void>;
};

export async function startPushReceiver(): Promise<PushReceiver> {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const secret = randomBytes(16);
  const pushed: Pushed[] = [];
  let status = 201;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { headers } = request;
    const raw = Buffer.concat(chunks);
    const body =
      headers['content-encoding'] === 'aesgcm'
        ? decryptDraft(raw, headers, ecdh, secret)
        : decrypt(raw, ecdh, secret);
    const token = readToken(headers);
    pushed.push({ headers: request.headers, json: JSON.parse(body), token });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/push/1`,
    keys: { p256dh: ecdh.getPublicKey('base64url'), auth: secret.toString('base64url') },
    pushed,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One record of aes128gcm (RFC 8188), keyed as RFC 8291 says. */
function decrypt(body: Buffer, ecdh: ReturnType<typeof createECDH>, secret: Buffer): string {
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const sealed = body.subarray(21 + idLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
  const shared = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), secret, info, 32));
  const derive = (what: string, length: number) =>
    Buffer.from(
      hkdfSync('sha256', shared, salt, Buffer.from(`Content-Encoding: ${what}\0`), length),
    );
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  decipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  // Padding: a 2 after the last record's text, then zeros.
  return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
}

/** The fourth draft of RFC 8291, which older apps still read. */
function decryptDraft(
  body: Buffer,
  headers: IncomingHttpHeaders,
  ecdh: ReturnType<typeof createECDH>,
  secret: Buffer,
): string {
  const named = (header: string, name: string) =>
    Buffer.from(
      new RegExp(`${name}=([^;,]+)`).exec(String(headers[header]))?.[1] ?? '',
      'base64url',
    );
  const salt = named('encryption', 'salt');
  const sender = named('crypto-key', 'dh');
  const context = Buffer.concat([
    Buffer.from('P-256\0'),
    Buffer.from([0, 65]),
    ecdh.getPublicKey(),
    Buffer.from([0, 65]),
    sender,
  ]);
  const auth = Buffer.from('Content-Encoding: auth\0');
  const shared = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), secret, auth, 32));
  const derive = (what: string, length: number) => {
    const info = Buffer.concat([Buffer.from(`Content-Encoding: ${what}\0`), context]);
    return Buffer.from(hkdfSync('sha256', shared, salt, info, length));
  };
  const decipher = createDecipheriv('aes-128-gcm', derive('aesgcm', 16), derive('nonce', 12));
  decipher.setAuthTag(body.subarray(-16));
  const plain = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
  return plain.subarray(2 + plain.readUInt16BE(0)).toString('utf8');
}

/** The claims of `vapid t=...,k=...`, with the key that signed them. @throws where the signature is wrong */
function readToken(headers: IncomingHttpHeaders): AnyJson {
  const header = String(headers.authorization);
  const draft = /p256ecdsa=([^;,]+)/.exec(String(headers['crypto-key']))?.[1];
  const [, token = '', key = ''] = draft
    ? [header, header.replace(/^WebPush /, ''), draft]
    : (/^vapid t=([^,]+), ?k=(\S+)$/.exec(header) ?? []);
  const point = Buffer.from(key, 'base64url');
  const part = (start: number) => point.subarray(start, start + 32).toString('base64url');
  const publicKey = createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) },
    format: 'jwk',
  });
  const [head = '', claims = '', signature = ''] = token.split('.');
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!good) throw new Error('the VAPID signature is wrong');
  return { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), key };
}
