/** The same notes into Fedify's inbox, to have a measure of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '../src/index.ts';
import { noteBodies, sendNotes, signNotes, WARM_UP } from './load.ts';
import { cpuSeconds } from './measure.ts';
import type { BenchPeer } from './peer.ts';

const SERVER = fileURLToPath(new URL('fedify-server.ts', import.meta.url));

/** @returns accepted per second, milliseconds, seconds until its listener had all, and CPU seconds; warm */
export async function inboundOfFedify(peer: BenchPeer, count: number) {
  const child = spawn(process.execPath, [SERVER], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const base = `http://127.0.0.1:${line.toString().trim()}`;
    const inbox = `${base}/users/reader/inbox`;
    const actors = Array.from({ length: 20 }, (_, index) =>
      peer.actor(`127.0.2.${index + 1}`, 'writer'),
    );
    const processed = async (): Promise<number> => {
      const answer = await fetch(`${base}/count`);
      return Number(await answer.text());
    };
    const settled = (most: number) =>
      eventually('all are processed', async () => (await processed()) >= most, {
        within: 120_000,
        every: 50,
      });
    let sum = 0;
    for (const [label, notes] of [
      ['cold', 500],
      ['warming up', WARM_UP],
    ] as const) {
      const signed = signNotes(peer, inbox, noteBodies(actors, notes, `fedify-${label}`));
      sum += notes - (await sendNotes(signed)).refused;
      await settled(sum);
    }
    const signed = signNotes(peer, inbox, noteBodies(actors, count, 'fedify-warm'));
    const before = cpuSeconds(child.pid ?? 0);
    const started = performance.now();
    const sent = await sendNotes(signed);
    await settled(sum + count - sent.refused);
    return {
      ...sent,
      done: (performance.now() - started) / 1000,
      cpu: cpuSeconds(child.pid ?? 0) - before,
    };
  } finally {
    child.kill();
  }
}
