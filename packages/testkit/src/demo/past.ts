/** Lets people at Acme have talked for a month before the demo begins. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '../client.ts';
import type { Instance } from '../instance.ts';
import { GROUPS } from './month.ts';
import { cover } from './pictures.ts';

const PROCESS = join(import.meta.dirname, 'past-process.ts');

/**
 * The instance makes room for a process whose clock is behind, and goes on afterwards.
 *
 * @param staff the people of `MONTH`, by user name
 */
export async function writePast(instance: Instance, staff: Record<string, Client>): Promise<void> {
  const tokens = Object.fromEntries(Object.entries(staff).map(([name, one]) => [name, one.token]));
  await instance.halt();
  try {
    await promisify(execFile)(process.execPath, [PROCESS, JSON.stringify(tokens)], {
      env: instance.env,
    });
  } finally {
    await instance.start();
  }
  await hangCovers(staff.amina);
}

async function hangCovers(admin: Client | undefined): Promise<void> {
  const groups: { id: string; name: string }[] = await admin?.get('/api/mitoyen/v1/groups');
  for (const { name, hue } of GROUPS) {
    const group = groups.find((one) => one.name === name);
    const form = new FormData();
    const picture = new Uint8Array(await cover(hue));
    form.set('header', new Blob([picture], { type: 'image/png' }), 'cover.png');
    const answer = await admin?.request('PATCH', `/api/mitoyen/v1/groups/${group?.id}`, form);
    if (answer?.status !== 200) throw new Error(`${name} has no cover: ${answer?.text}`);
  }
}
