/** Asks a ClamAV daemon whether bytes hold a virus (its INSTREAM command, clamd(8)). */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

export type Scan = { kind: 'clean' } | { kind: 'found'; virus: string };

export type Clamd = {
  /** @throws Error where the scanner gives no verdict */
  scan: (bytes: AsyncIterable<Buffer> | Iterable<Buffer>) => Promise<Scan>;
};

const MOST_ANSWER = 4096;
const CHUNK = 65_536;

/**
 * @param address `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`
 * @param timeoutMs how long it may be silent
 */
export function createClamd(address: string, timeoutMs: number): Clamd {
  const target = targetOf(address);
  return {
    scan: async (bytes) => {
      const socket = connect(target);
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('it does not answer')));
      const answer = readAnswer(socket);
      // Where it ends early, the answer says why; a broken connection is told by the answer too.
      send(socket, bytes).catch((error: Error) => socket.destroy(error));
      try {
        return verdict(await answer);
      } finally {
        socket.destroy();
      }
    },
  };
}

function targetOf(address: string): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const { hostname, port } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 3310) };
}

async function send(
  socket: Socket,
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += CHUNK) {
      const part = chunk.subarray(at, at + CHUNK);
      if (!(await write(socket, Buffer.concat([lengthOf(part), part])))) return;
    }
  }
  await write(socket, Buffer.alloc(4));
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

/** False where the other side has closed: it has its verdict. */
function write(socket: Socket, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (!socket.writable) resolve(false);
    else socket.write(bytes, (error) => resolve(!error));
  });
}

async function readAnswer(socket: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.includes('\0')) break;
      if (text.length > MOST_ANSWER) throw new Error('its answer is too long');
    }
  } catch (error) {
    // It closes on a file that is too large; its answer is often lost with the connection.
    if (!['EPIPE', 'ECONNRESET'].includes(codeOf(error))) throw error;
    const message = 'it closed the connection; the file may be larger than its StreamMaxLength';
    if (text === '') throw new Error(message, { cause: error });
  }
  return text.replace(/\0.*$/s, '').trim();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function verdict(answer: string): Scan {
  if (answer === 'stream: OK') return { kind: 'clean' };
  const virus = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  if (virus !== undefined) return { kind: 'found', virus };
  if (/size limit exceeded/i.test(answer))
    throw new Error('the file is larger than its StreamMaxLength');
  throw new Error(answer === '' ? 'it closed the connection' : `it said: ${answer.slice(0, 200)}`);
}
