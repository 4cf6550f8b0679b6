/**
 * `./scripts/demo`: Acme and Northwind on this machine, as separate processes with separate
 * data, filled through their own APIs. A second start finds everything as it was.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ACME, NORTHWIND, PASSWORD } from './demo/people.ts';
import { seed } from './demo/seed.ts';
import { type Instance, startInstance } from './instance.ts';

const folder = resolve(process.env.MITOYEN_DATA_DIR ?? join(import.meta.dirname, '../../../.demo'));
const seeded = join(folder, 'seeded');
const started = Date.now();
const running: Instance[] = [];

function say(text: string): void {
  process.stdout.write(
    `demo  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}\n`,
  );
}

async function start(name: string, host: string, port: number): Promise<Instance> {
  const dataDir = join(folder, name.toLowerCase());
  mkdirSync(dataDir, { recursive: true });
  const instance = await startInstance({
    name,
    host,
    port,
    dataDir,
    keep: true,
    env: { MITOYEN_INSTANCE__DESCRIPTION: `${name}, in the demo of Mitoyen.` },
  });
  running.push(instance);
  return instance;
}

async function stop(): Promise<void> {
  say('stopping both');
  await Promise.all(running.map((instance) => instance.halt()));
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

say('starting Acme (port 3001) and Northwind (port 3002)');
const [acme, northwind] = await Promise.all([
  start('Acme', 'localhost', 3001),
  start('Northwind', 'localhost', 3002),
]);
if (existsSync(seeded)) say('people, groups and posts are there from before');
else {
  await seed(acme, northwind, say);
  writeFileSync(seeded, `${new Date().toISOString()}\n`);
}

const names = (people: typeof ACME) =>
  people.map((person) => `${person.username} (${person.role})`).join(', ');
process.stdout.write(`
  Acme       ${acme.baseUrl}   ${names(ACME)}
  Northwind  ${northwind.baseUrl}   ${names(NORTHWIND)}

  Everybody's password: ${PASSWORD}
  Any Mastodon app can sign in to either address. Data: ${folder}
  Ctrl-C stops both.

`);
