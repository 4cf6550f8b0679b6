/** ClamAV's daemon with one signature, where it is installed; and a stand-in that speaks INSTREAM. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every scanner finds, in two halves so that no file here is one. */
export const TEST_VIRUS = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

export type TestScanner = { address: string; stop: () => Promise<void> };

export function hasClamd(): boolean {
  return spawnSync('clamd', ['--version']).status === 0;
}

/** The real one, with a database that holds the test virus alone. */
export async function startClamd(): Promise<TestScanner> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-clamd-'));
  const socket = join(folder, 'ctl');
  await writeFile(join(folder, 'test.ndb'), `Eicar-Test:0:*:${TEST_VIRUS.toString('hex')}\n`);
  const config = join(folder, 'clamd.conf');
  await writeFile(
    config,
    [
      `LocalSocket ${socket}`,
      `DatabaseDirectory ${folder}`,
      `TemporaryDirectory ${folder}`,
      'Foreground yes',
      'StreamMaxLength 1M',
      'Bytecode no',
      '',
    ].join('\n'),
  );
  const child = spawn('clamd', ['--config-file', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (/Self checking|Listening daemon|socket.*max/i.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`clamd ended: ${said}`)));
    child.once('error', reject);
  });
  return {
    address: `unix:${socket}`,
    stop: async () => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads INSTREAM as clamd(8) says, and finds the test virus wherever it is in the bytes. */
export async function startScanner(): Promise<
  TestScanner & { say: (answer: string | null) => void }
> {
  let answer: string | null = null;
  const sockets = new Set<Socket>();
  const server = createServer(async (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    const bytes = await readStream(socket).catch(() => null);
    if (bytes === null) return socket.destroy();
    const verdict = bytes.includes(TEST_VIRUS) ? 'stream: Eicar-Test FOUND' : 'stream: OK';
    socket.end(`${answer ?? verdict}\0`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `tcp://127.0.0.1:${port}`,
    say: (text) => {
      answer = text;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function readStream(socket: Socket): Promise<Buffer> {
  const command = Buffer.from('zINSTREAM\0');
  let held = Buffer.alloc(0);
  let at = command.length;
  const parts: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    held = Buffer.concat([held, chunk]);
    if (held.length < command.length) continue;
    if (!held.subarray(0, command.length).equals(command)) throw new Error('another command');
    while (held.length >= at + 4) {
      const length = held.readUInt32BE(at);
      if (length === 0) return Buffer.concat(parts);
      if (held.length < at + 4 + length) break;
      parts.push(held.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }
  throw new Error('it ended early');
}
