/** Private services: started, shared with commands, healed, refused, and never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type Config, configSchema } from '../src/config-schema.ts';
import { createLog } from '../src/platform/log.ts';
import { connectMongo } from '../src/platform/mongo.ts';
import { connectRedis } from '../src/platform/redis.ts';
import { attachServices } from '../src/services/attach.ts';
import { takeDataFolder } from '../src/services/data-lock.ts';
import { findRedisBinary } from '../src/services/private-redis.ts';
import { type Services, startServices } from '../src/services/services.ts';
import { socketFolder } from '../src/services/socket-paths.ts';

const PATH = process.env.PATH ?? '';
const log = createLog(configSchema.parse({ log: { level: 'silent' } }));

async function newFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function configFor(dataDir: string): Config {
  return configSchema.parse({ data_dir: dataDir });
}

/** Started, and stopped when the test ends. */
async function started(t: ExecutionContext, dataDir: string): Promise<Services> {
  const services = await startServices(configFor(dataDir), log);
  t.teardown(() => services.stop());
  return services;
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    // A killed process whose parent has not looked yet is a zombie: as good as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`it did not happen in time: ${what}`);
    await wait(20);
  }
}

function openRedis(t: ExecutionContext, services: Services) {
  const redis = connectRedis(services.redis, () => undefined);
  t.teardown(() => redis.disconnect());
  return redis;
}

test('Redis is private, keeps every write and evicts nothing', async (t) => {
  const folder = await newFolder(t);
  const services = await started(t, folder);
  const redis = openRedis(t, services);
  const setting = async (name: string) => ((await redis.config('GET', name)) as string[])[1];
  t.is(await setting('port'), '0');
  t.is(await setting('appendonly'), 'yes');
  t.is(await setting('appendfsync'), 'everysec');
  t.is(await setting('maxmemory-policy'), 'noeviction');
  t.is(await setting('save'), '');
  t.is(await setting('dir'), join(folder, 'redis'));
  t.deepEqual(services.redis, { socketPath: join(folder, 'run/redis.sock') });
});

test('Redis starts without what would tie it to the server, where that lacks the option', async (t) => {
  const folder = await newFolder(t);
  const tools = await newFolder(t);
  // As busybox has it.
  const says = "#!/bin/sh\necho 'setpriv: unrecognized option: pdeathsig' >&2\nexit 1\n";
  writeFileSync(join(tools, 'setpriv'), says, { mode: 0o755 });
  const services = await startServices(configFor(folder), log, `${tools}:${PATH}`);
  t.teardown(() => services.stop());
  t.is(await openRedis(t, services).ping(), 'PONG');
});

test('a killed Redis and a killed database come back with what they held', async (t) => {
  const services = await started(t, await newFolder(t));
  const redis = openRedis(t, services);
  const mongo = await connectMongo({ url: services.databaseUrl, name: 'kill' });
  t.teardown(() => mongo.close());
  await redis.set('key', 'kept');
  await mongo.collection<{ _id: string }>('things').insertOne({ _id: 'kept' });

  for (let round = 0; round < 2; round += 1) {
    const before = services.pids();
    process.kill(before.redis as number, 'SIGKILL');
    process.kill(before.database as number, 'SIGKILL');
    await until('both run again', () => {
      const now = services.pids();
      return Boolean(
        now.redis && now.database && now.redis !== before.redis && now.database !== before.database,
      );
    });
    t.is(await redis.get('key'), 'kept');
    t.truthy(await mongo.collection<{ _id: string }>('things').findOne({ _id: 'kept' }));
  }
});

test('services that are stopped while one of them is being started again leave nothing behind', async (t) => {
  const services = await startServices(configFor(await newFolder(t)), log);
  const { redis, database } = services.pids();
  process.kill(redis as number, 'SIGKILL');
  process.kill(database as number, 'SIGKILL');
  await services.stop();
  t.deepEqual(
    Object.values(services.pids()).filter((pid) => isAlive(pid)),
    [],
  );
});

test('without redis-server or valkey-server one sentence names the package', async (t) => {
  const folder = await newFolder(t);
  const error = await t.throwsAsync(startServices(configFor(folder), log, '/nowhere'));
  t.is(error?.name, 'ServiceError');
  t.regex(error?.message ?? '', /^No redis-server or valkey-server .*apt-get install redis-server/);
  t.false(existsSync(join(folder, 'server.pid')), 'the folder is free again');
});

test('valkey-server does as well', async (t) => {
  const folder = await newFolder(t);
  const redis = findRedisBinary(PATH);
  if (!redis) return t.fail('no redis-server on the PATH');
  symlinkSync(redis, join(folder, 'valkey-server'));
  t.is(findRedisBinary(`/nowhere:${folder}:${PATH}`), join(folder, 'valkey-server'));
});

test('a Redis that does not start is quoted', async (t) => {
  const folder = await newFolder(t);
  mkdirSync(join(folder, 'redis/appendonlydir'), { recursive: true });
  writeFileSync(join(folder, 'redis/appendonlydir/appendonly.aof.manifest'), 'spoilt\n');
  const error = await t.throwsAsync(startServices(configFor(folder), log));
  t.is(error?.name, 'ServiceError');
  t.regex(error?.message ?? '', /did not start \(exit code 1\).*manifest/is);
});

test('a data folder that cannot be made is one sentence', async (t) => {
  const folder = await newFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const error = await t.throwsAsync(startServices(configFor(join(folder, 'file/data')), log));
  t.regex(error?.message ?? '', /^The data folder .* cannot be written \(ENOTDIR\)/);
});

test('a second server on the same folder is refused, and may start when the first has stopped', async (t) => {
  const folder = await newFolder(t);
  const first = await startServices(configFor(folder), log);
  const error = await t.throwsAsync(startServices(configFor(folder), log));
  t.regex(error?.message ?? '', /^Another server \(process \d+\) runs on .*/);
  t.false((error?.message ?? '').includes('\n'));
  await first.stop();
  await (await startServices(configFor(folder), log)).stop();
  t.false(existsSync(join(folder, 'server.pid')));
});

test('a lock of a dead process, of another process with its number, or cut short is taken over', async (t) => {
  const folder = await newFolder(t);
  const leftovers = [
    { pid: 2 ** 22 + 1, started: 'boot/1', purpose: 'server' },
    { pid: process.ppid, started: 'another boot/1', purpose: 'server' },
    'torn',
  ];
  for (const leftover of leftovers) {
    writeFileSync(join(folder, 'server.pid'), JSON.stringify(leftover).slice(0, -1));
    if (typeof leftover !== 'string')
      writeFileSync(join(folder, 'server.pid'), JSON.stringify(leftover));
    const taken = takeDataFolder(folder, 'server');
    if ('pid' in taken) return t.fail(`held by ${taken.pid}`);
    taken();
  }
  t.pass();
});

test('a command uses the services of the server that runs, and leaves them running', async (t) => {
  const folder = await newFolder(t);
  const server = await started(t, folder);
  const command = await attachServices(configFor(folder), log);
  t.true(command.running);
  t.deepEqual(command.redis, server.redis);
  await command.stop();
  t.is(await openRedis(t, server).ping(), 'PONG');
});

test('commands without a server take turns', async (t) => {
  const config = configFor(await newFolder(t));
  let inside = 0;
  async function takeTurn(): Promise<void> {
    const services = await attachServices(config, log);
    inside += 1;
    t.is(inside, 1, 'one at a time');
    const redis = openRedis(t, services);
    t.is(await redis.ping(), 'PONG');
    redis.disconnect();
    inside -= 1;
    await services.stop();
  }
  await Promise.all([takeTurn(), takeTurn(), takeTurn()]);
});

test('a server waits for the command that has its folder', async (t) => {
  const config = configFor(await newFolder(t));
  const command = await attachServices(config, log);
  let ended = false;
  const server = startServices(config, log).then((services) => {
    t.true(ended);
    return services.stop();
  });
  t.is(await openRedis(t, command).ping(), 'PONG');
  ended = true;
  await command.stop();
  await server;
});

test('sockets move to the temporary folder where the path would be too long', async (t) => {
  const long = join(await newFolder(t), 'a-name-of-some-length'.repeat(4));
  const sockets = socketFolder(long);
  t.teardown(() => rm(sockets, { recursive: true, force: true }));
  t.is(dirname(sockets), tmpdir());
  const services = await started(t, long);
  t.is(await openRedis(t, services).ping(), 'PONG');
});

test('a socket folder that others could have made is refused', async (t) => {
  const long = join(await newFolder(t), 'é'.repeat(60));
  const sockets = socketFolder(long);
  t.teardown(() => rm(sockets, { recursive: true, force: true }));
  chmodSync(sockets, 0o777);
  t.throws(() => socketFolder(long), { message: /belongs to somebody else or is open to others/ });
});

/** A process that starts services and tells their numbers. */
async function startElsewhere(dataDir: string): Promise<{ child: ChildProcess; pids: number[] }> {
  const from = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url).href);
  const program = `
    import { startServices } from ${from('services/services.ts')};
    import { createLog } from ${from('platform/log.ts')};
    import { configSchema } from ${from('config-schema.ts')};
    const config = configSchema.parse({ data_dir: ${JSON.stringify(dataDir)}, log: { level: 'silent' } });
    const services = await startServices(config, createLog(config));
    console.log(JSON.stringify(Object.values(services.pids())));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    return { child, pids: JSON.parse(line) };
  throw new Error('the process ended before its services ran');
}

test('a killed server leaves no process behind, and the next start finds the folder as it was', async (t) => {
  const folder = await newFolder(t);
  const { child, pids } = await startElsewhere(folder);
  t.is(pids.filter(isAlive).length, 2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const services = await started(t, folder);
  const redis = openRedis(t, services);
  t.is(await redis.ping(), 'PONG');
  await until('the old ones are gone', () => !pids.some(isAlive));
});
