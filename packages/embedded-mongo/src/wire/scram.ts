import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Binary } from 'bson';
import { numberOf } from '../bson/convert.ts';
import { bytesOf, type Elem, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { Command } from '../commands/command.ts';
import { MongoError } from '../errors.ts';

/** The one account of a server that listens on a port. */
export interface Credentials {
  username: string;
  password: string;
}

/** What a client may ask before it has shown who it is. */
const BEFORE = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'ping',
  'buildInfo',
  'buildinfo',
  'endSessions',
]);
const ITERATIONS = 15_000;

/** One connection's state: answers SASL commands, refuses others until it is done. */
export interface Authentication {
  /** The answer to a SASL command; undefined lets the command through. Throws MongoError. */
  intercept(command: Command): object | undefined;
}

interface Secret {
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** SCRAM-SHA-256 (RFC 5802, RFC 7677) for one account, without channel binding. */
export function createAuthenticator({ username, password }: Credentials): () => Authentication {
  const secret = deriveSecret(password);
  return () => {
    let authenticated = false;
    let exchange: { firstBare: string; serverFirst: string; nonce: string } | undefined;

    function start(payload: string): object {
      exchange = undefined;
      const match = /^n,,(n=([^,]*),r=([^,]+))$/.exec(payload);
      if (!match) throw refused();
      const [, firstBare, name, clientNonce] = match;
      if (name!.replaceAll('=2C', ',').replaceAll('=3D', '=') !== username) throw refused();
      const nonce = clientNonce! + randomBytes(18).toString('base64');
      const serverFirst = `r=${nonce},s=${secret.salt.toString('base64')},i=${ITERATIONS}`;
      exchange = { firstBare: firstBare!, serverFirst, nonce };
      return reply(serverFirst, false);
    }

    function proceed(payload: string): object {
      if (authenticated && payload === '') return reply('', true);
      if (!exchange) throw refused();
      const { firstBare, serverFirst, nonce } = exchange;
      exchange = undefined;
      const match = /^(c=biws,r=([^,]+)),p=([^,]+)$/.exec(payload);
      if (!match || match[2] !== nonce) throw refused();
      const message = `${firstBare},${serverFirst},${match[1]}`;
      const proof = Buffer.from(match[3]!, 'base64');
      const signature = hmac(secret.storedKey, message);
      if (proof.length !== signature.length) throw refused();
      const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature[i]!));
      const shown = createHash('sha256').update(clientKey).digest();
      if (!timingSafeEqual(shown, secret.storedKey)) throw refused();
      authenticated = true;
      return reply(`v=${hmac(secret.serverKey, message).toString('base64')}`, true);
    }

    return {
      intercept(command) {
        if (command.name === 'saslStart') {
          const mechanism = command.options.get('mechanism');
          if (mechanism?.type !== T.string || stringOf(mechanism) !== 'SCRAM-SHA-256') {
            throw new MongoError('AuthenticationFailed', 'only SCRAM-SHA-256 is supported');
          }
          return start(payloadOf(command.options.get('payload')));
        }
        if (command.name === 'saslContinue') {
          if (numberOf(command.options.get('conversationId')) !== 1) throw refused();
          return proceed(payloadOf(command.options.get('payload')));
        }
        if (!authenticated && !BEFORE.has(command.name)) {
          throw new MongoError('Unauthorized', `command ${command.name} requires authentication`);
        }
        return undefined;
      },
    };
  };
}

function deriveSecret(password: string): Secret {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { salt, storedKey, serverKey: hmac(salted, 'Server Key') };
}

function payloadOf(elem: Elem | undefined): string {
  if (elem?.type !== T.binary) throw refused();
  return Buffer.from(bytesOf(elem).subarray(5)).toString('utf8');
}

function reply(payload: string, done: boolean): object {
  return { conversationId: 1, done, payload: new Binary(Buffer.from(payload)), ok: 1 };
}

function refused(): MongoError {
  return new MongoError('AuthenticationFailed', 'Authentication failed.');
}
