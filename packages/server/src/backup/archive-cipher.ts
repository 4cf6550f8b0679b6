/**
 * The outside of a backup: one line of JSON, then chunks of AES-256-GCM, each bound to its place
 * and the last one marked (the STREAM construction), so that no byte can be changed, left out,
 * moved or cut off unnoticed. The key comes from the passphrase by scrypt. See docs/admin.md.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { AppError } from '../platform/app-error.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';

const FORMAT = 'mitoyen-backup';
const VERSION = 1;
const CHUNK = 1 << 20;
const TAG = 16;
const PREFIX = 7;
const MOST_HEADER = 4096;
/** 64 MiB and some tenths of a second for each guess. */
const COST = { N: 1 << 16, r: 8, p: 1 };

type Header = {
  format: string;
  version: number;
  kdf: { name: string; N: number; r: number; p: number; salt: string };
  cipher: string;
  chunk: number;
  nonce: string;
  /** HMAC-SHA256 of the others: tells a wrong passphrase from a damaged file. */
  check: string;
};
type Keys = { cipher: Buffer; check: Buffer };

export const LEAST_PASSPHRASE = 12;

export type Sealer = { write: (bytes: Buffer) => Promise<void>; end: () => Promise<void> };

/** Encrypts what is written to it, chunk by chunk. */
export async function createSealer(
  passphrase: string,
  sink: (bytes: Buffer) => Promise<void>,
): Promise<Sealer> {
  const salt = randomBytes(16);
  const nonce = randomBytes(PREFIX);
  const keys = await keysOf(passphrase, { ...COST, salt });
  const facts = {
    format: FORMAT,
    version: VERSION,
    kdf: { name: 'scrypt', ...COST, salt: salt.toString('base64') },
    cipher: 'aes-256-gcm',
    chunk: CHUNK,
    nonce: nonce.toString('base64'),
  };
  const header = `${JSON.stringify({ ...facts, check: checkOf(keys, facts) })}\n`;
  await sink(Buffer.from(header));
  let waiting: Buffer[] = [];
  let bytes = 0;
  let count = 0;

  async function seal(chunk: Buffer, isLast: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', keys.cipher, nonceOf(nonce, count, isLast));
    count += 1;
    const sealed = [cipher.update(chunk), cipher.final()];
    await sink(Buffer.concat([...sealed, cipher.getAuthTag()]));
  }

  return {
    write: async (more) => {
      waiting.push(more);
      bytes += more.length;
      if (bytes <= CHUNK) return;
      let all = Buffer.concat(waiting, bytes);
      // The last chunk may be whole: it is held back until the end is known.
      for (; all.length > CHUNK; all = all.subarray(CHUNK))
        await seal(all.subarray(0, CHUNK), false);
      [waiting, bytes] = [[all], all.length];
    },
    end: () => seal(Buffer.concat(waiting, bytes), true),
  };
}

/** Decrypts. @throws AppError for a wrong passphrase, a damaged or cut file */
export async function* openSealed(
  source: AsyncIterable<Buffer>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  const header = await readHeader(reader);
  const { check, ...facts } = header;
  const { N, r, p, salt } = header.kdf;
  const keys = await keysOf(passphrase, { N, r, p, salt: Buffer.from(salt, 'base64') });
  const expected = Buffer.from(checkOf(keys, facts));
  const given = Buffer.from(check);
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw new AppError(
      'invalid',
      'The passphrase is wrong (or the first line of the backup was changed).',
    );
  const prefix = Buffer.from(header.nonce, 'base64');
  for (let count = 0; ; count += 1) {
    const sealed = await reader.upTo(header.chunk + TAG);
    const isLast = await reader.isAtEnd();
    yield unseal(sealed, keys, { prefix, count, isLast });
    if (isLast) return;
  }
}

function unseal(
  sealed: Buffer,
  keys: Keys,
  { prefix, count, isLast }: { prefix: Buffer; count: number; isLast: boolean },
): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.cipher, nonceOf(prefix, count, isLast));
    decipher.setAuthTag(sealed.subarray(-TAG));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    const from = count * CHUNK;
    throw new AppError(
      'invalid',
      `The backup is damaged or incomplete in its part ${count + 1} (after ${from} bytes): nothing of it can be trusted.`,
    );
  }
}

async function readHeader(reader: ByteReader): Promise<Header> {
  const line = await reader.line(MOST_HEADER);
  try {
    const header = JSON.parse(line ?? '') as Header;
    if (header.format === FORMAT && header.version !== VERSION)
      throw new AppError(
        'invalid',
        `This backup has version ${header.version}; install a newer Mitoyen.`,
      );
    const { N, r, p } = header.kdf;
    const isSane =
      N <= 1 << 20 && r <= 32 && p <= 16 && header.chunk <= 1 << 24 && header.chunk > 0;
    if (header.format === FORMAT && header.cipher === 'aes-256-gcm' && isSane) return header;
  } catch (error) {
    if (error instanceof AppError) throw error;
  }
  throw new AppError('invalid', 'This is no backup of Mitoyen.');
}

function nonceOf(prefix: Buffer, count: number, isLast: boolean): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt32BE(count, 0);
  rest.writeUInt8(isLast ? 1 : 0, 4);
  return Buffer.concat([prefix, rest]);
}

function checkOf(keys: Keys, facts: object): string {
  return createHmac('sha256', keys.check).update(JSON.stringify(facts)).digest('base64');
}

function keysOf(
  passphrase: string,
  { N, r, p, salt }: { N: number; r: number; p: number; salt: Buffer },
): Promise<Keys> {
  const maxmem = 256 * N * r;
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), salt, 64, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve({ cipher: key.subarray(0, 32), check: key.subarray(32) }),
    ),
  );
}
