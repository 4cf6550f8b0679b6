/** Two web and two worker processes on one database and one Redis are one server. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedMongo, startEmbeddedMongo } from '@mitoyen/embedded-mongo';
import { serverProgram } from '@mitoyen/server/program';
import test from 'ava';
import { Redis } from 'ioredis';
import { freePort } from '../src/free-port.ts';
import {
  type Client,
  createClient,
  eventually,
  type Instance,
  startInstance,
} from '../src/index.ts';
import { startTown, type Town } from '../src/town.ts';

const CLI = serverProgram();
const HOSTS = 30;

let folder: string;
let database: EmbeddedMongo;
let redis: ChildProcess;
const workers: ChildProcess[] = [];
let first: Instance;
let second: Instance;
let town: Town;
let amina: Client;
let leo: Client;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mitoyen-scale-'));
  town = await startTown();
  database = await startEmbeddedMongo({
    file: join(folder, 'shared.db'),
    socketPath: join(folder, 'shared.sock'),
  });
  const redisPort = await freePort();
  redis = spawn(
    'redis-server',
    ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    { stdio: 'ignore' },
  );
  const probe = new Redis({ port: redisPort, host: '127.0.0.1' });
  probe.on('error', () => undefined);
  await probe.ping();
  probe.disconnect();
  const shared = {
    MITOYEN_DATABASE__URL: database.url,
    MITOYEN_REDIS__URL: `redis://127.0.0.1:${redisPort}`,
    MITOYEN_FEDERATION__MODE: 'open',
  };
  const dataDir = join(folder, 'data');
  const web = { name: 'Acme', dataDir, keep: true };
  first = await startInstance({ ...web, env: { ...shared, MITOYEN_ROLES: 'web' } });
  const sameServer = { ...shared, MITOYEN_INSTANCE__BASE_URL: first.baseUrl };
  second = await startInstance({ ...web, env: { ...sameServer, MITOYEN_ROLES: 'web' } });
  for (let count = 0; count < 2; count += 1) {
    const env = { ...second.env, MITOYEN_ROLES: 'worker' };
    workers.push(spawn(process.execPath, [CLI, 'start'], { env, stdio: 'ignore' }));
  }
  amina = await first.person('amina');
  leo = await first.person('leo');
});

test.after.always(async () => {
  await second?.stop();
  await first?.stop();
  for (const child of [...workers, redis]) {
    if (!child || child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await database?.stop();
  town?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The same person, asking the second web process. */
const atSecond = ({ token }: Client): Promise<Client> => createClient(second.baseUrl, token);

test.serial(
  'what arrives and what goes out is handled once, whoever of them does it',
  async (t) => {
    const me = await amina.get('/api/v1/accounts/verify_credentials');
    for (let host = 0; host < HOSTS; host += 1) {
      const actor = town.actor(host);
      const follow = { id: `${actor}#follow`, type: 'Follow', actor, object: me.uri };
      await town.send(`${first.baseUrl}/inbox`, host, follow);
    }
    const there = await atSecond(amina);
    const account = () => there.get(`/api/v1/accounts/${me.id}`);
    await eventually('all follow', async () => (await account()).followers_count === HOSTS, {
      within: 30_000,
    });
    const told = () => there.get('/api/v1/notifications?types[]=follow&limit=80');
    await eventually('all are told', async () => (await told()).length >= HOSTS);

    const posts = await Promise.all(
      [amina, there, amina, there].map((client, turn) =>
        client.post('/api/v1/statuses', { status: `turn ${turn}` }),
      ),
    );
    const hosts = Array.from({ length: HOSTS }, (_, host) => host);
    for (const { uri } of posts) {
      const create = `${uri}/activity`;
      await eventually(
        'everybody has it',
        async () => hosts.every((host) => town.got(host).has(create)),
        { within: 30_000 },
      );
      t.true(hosts.every((host) => town.got(host).get(create) === 1));
    }
    t.is((await told()).length, HOSTS);
  },
);

test.serial('a stream at one process tells what was written at the other', async (t) => {
  await leo.post(
    `/api/v1/accounts/${(await amina.get('/api/v1/accounts/verify_credentials')).id}/follow`,
  );
  const url = `${second.baseUrl.replace('http', 'ws')}/api/v1/streaming?access_token=${leo.token}&stream=user`;
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const seen: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    const { event, payload } = JSON.parse(String(data));
    if (event === 'update') seen.push(JSON.parse(payload).content);
  });
  // Followed only now: posts before that are no news.
  await amina.post('/api/v1/statuses', { status: 'told across processes' });
  await eventually('it is told', async () =>
    seen.some((content) => content.includes('told across processes')),
  );
  socket.close();
  t.is(seen.filter((content) => content.includes('told across processes')).length, 1);
});

test.serial('what one process revokes the other no longer believes', async (t) => {
  const guest = await first.person('guest');
  const there = await atSecond(guest);
  t.is((await there.request('GET', '/api/v1/accounts/verify_credentials')).status, 200);
  await first.cli('user', 'suspend', 'guest');
  await eventually('the second knows', async () => {
    const answer = await there.request('GET', '/api/v1/accounts/verify_credentials');
    return answer.status === 401 || answer.status === 403;
  });
  t.pass();
});
