/** A passkey on a device: makes a key (WebAuthn, attestation "none") and signs challenges with it. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

type Where = { rpId: string; origin: string };
/** What a forger would change. */
export type Twist = Partial<Where> & {
  userVerified?: boolean;
  counter?: number;
  handle?: string;
  type?: string;
};

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const WITH_KEY = 0x40;

export function createAuthenticator(where: Where) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const cose = map([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]);
  let counter = 0;

  function clientData(type: string, challenge: string, twist: Twist): Buffer {
    const origin = twist.origin ?? where.origin;
    return Buffer.from(JSON.stringify({ type: twist.type ?? type, challenge, origin }));
  }

  function authenticatorData(twist: Twist, attested = Buffer.alloc(0)): Buffer {
    const flags =
      USER_PRESENT |
      (twist.userVerified === false ? 0 : USER_VERIFIED) |
      (attested.length > 0 ? WITH_KEY : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(twist.counter ?? counter);
    return Buffer.concat([
      sha256(Buffer.from(twist.rpId ?? where.rpId)),
      Buffer.from([flags]),
      count,
      attested,
    ]);
  }

  const credential = (response: object) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    id: id.toString('base64url'),
    make: ({ challenge }: { challenge: string }, twist: Twist = {}) => {
      const length = Buffer.from([0, id.length]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const object = map([
        ['fmt', 'none'],
        ['attStmt', map([])],
        ['authData', authenticatorData(twist, attested)],
      ]);
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge, twist).toString('base64url'),
        attestationObject: object.toString('base64url'),
        transports: ['internal'],
      });
    },
    sign: ({ challenge }: { challenge: string }, handle: string, twist: Twist = {}) => {
      counter += 1;
      const data = authenticatorData(twist);
      const client = clientData('webauthn.get', challenge, twist);
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: Buffer.from(twist.handle ?? handle).toString('base64url'),
      });
    },
  };
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The little of CBOR (RFC 8949) that is needed; what is a Buffer from `map` is taken as it is. */
const encoded = new WeakSet<Buffer>();

function map(entries: [number | string, number | string | Buffer][]): Buffer {
  const parts = entries.flatMap(([key, value]) => [encode(key), encode(value)]);
  const whole = Buffer.concat([head(5, entries.length), ...parts]);
  encoded.add(whole);
  return whole;
}

function encode(value: number | string | Buffer): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)]);
  return encoded.has(value) ? value : Buffer.concat([head(2, value.length), value]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
