/** Debian's `python3-mastodon`, here and at a partner's, against two real instances. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import sharp from 'sharp';
import { withTool } from '../../server/tests/support/with-tool.ts';
import { type Instance, startInstance } from '../src/index.ts';
import { authorizeByPages } from '../src/sign-in.ts';

/** Debian's own, whose packages are where apt puts them. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'journeys/mastodon_py.py');
const PASSWORD = 'a long enough password';
const OPEN = { MITOYEN_FEDERATION__MODE: 'open' };
const STEPS = [
  'sign-in',
  'instance',
  'follow',
  'post',
  'thread',
  'poll',
  'lists',
  'filters',
  'search',
  'message',
  'streaming',
  'own',
  'pages',
  'end',
];

let started: Instance[] = [];
let folder: string;

test.after.always(async () => {
  await Promise.all(started.map((one) => one.stop()));
  if (folder) await rm(folder, { recursive: true, force: true });
});

function isInstalled(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import mastodon'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs the journey, and answers what it asks. */
function travel(
  given: object,
  codeFor: (address: string, username: string) => Promise<string>,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, ['-W', 'ignore', SCRIPT]);
    const done: string[] = [];
    let problems = '';
    child.stderr.on('data', (chunk) => {
      problems += chunk;
    });
    child.stdin.write(`${JSON.stringify(given)}\n`);
    createInterface(child.stdout).on('line', (line) => {
      const [word, name = '', address = ''] = line.split(' ');
      if (word === 'DONE') done.push(name);
      if (word === 'CODE')
        codeFor(address, name).then((code) => child.stdin.write(`${code}\n`), reject);
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(done)
        : reject(new Error(`after ${done.at(-1)}: ${problems.slice(-1500)}`)),
    );
  });
}

const whenInstalled = withTool(test, 'Mastodon.py (python3-mastodon)', isInstalled());

whenInstalled('Mastodon.py works through everything, on both sides of a federation', async (t) => {
  folder = await mkdtemp(join(tmpdir(), 'mitoyen-python-'));
  started = await Promise.all([
    startInstance({ name: 'Acme', env: OPEN }),
    startInstance({ name: 'Northwind', env: OPEN }),
  ]);
  const [acme, north] = started as [Instance, Instance];
  await Promise.all([
    acme.person('amina', { password: PASSWORD }),
    north.person('nora', { password: PASSWORD }),
  ]);
  const picture = join(folder, 'picture.png');
  const red = sharp({ create: { width: 64, height: 48, channels: 3, background: '#aa3355' } });
  await writeFile(picture, await red.png().toBuffer());
  const done = await travel(
    {
      here: acme.baseUrl,
      here_host: acme.host,
      there: north.baseUrl,
      there_host: north.host,
      picture,
    },
    (address, username) => authorizeByPages(address, { username, password: PASSWORD }),
  );
  t.deepEqual(done, STEPS);
});
