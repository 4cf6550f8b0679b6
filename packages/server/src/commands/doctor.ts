/** `mitoyen doctor`: looks at what usually goes wrong. */
import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { createLog } from '../platform/log.ts';
import { connectMongo } from '../platform/mongo.ts';
import { connectRedis } from '../platform/redis.ts';
import { attachServices } from '../services/attach.ts';
import { findRedisBinary } from '../services/private-redis.ts';
import { answer } from './context.ts';

type Check = { name: string; ok: boolean; text: string };
const GIB = 1024 ** 3;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check the surroundings: Node, Redis, disk, address, database')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { config } = loadConfig();
      const checks = [
        checkNode(),
        checkRedisBinary(config),
        checkDataDir(config),
        checkDisk(config),
        checkAddress(config),
        ...(await checkServices(config)),
      ];
      answer(options.json, checks, () =>
        checks.map((check) => `${check.ok ? 'ok  ' : 'BAD '} ${check.name}: ${check.text}`),
      );
      if (checks.some((check) => !check.ok)) process.exitCode = 1;
    });
}

function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    name: 'node',
    ok: major >= 24,
    text: `${process.versions.node}${major >= 24 ? '' : '; 24 or newer is needed: run it by ./scripts/mitoyen'}`,
  };
}

function checkRedisBinary(config: Config): Check {
  if (config.redis.url)
    return { name: 'redis', ok: true, text: 'redis.url is set; no private one is needed' };
  const found = findRedisBinary(process.env.PATH ?? '');
  return {
    name: 'redis',
    ok: found !== null,
    text: found ?? 'install the package redis-server, or set redis.url',
  };
}

function checkDataDir(config: Config): Check {
  try {
    mkdirSync(config.data_dir, { recursive: true });
    accessSync(config.data_dir, constants.R_OK | constants.W_OK);
    return { name: 'data_dir', ok: true, text: config.data_dir };
  } catch {
    return { name: 'data_dir', ok: false, text: `${config.data_dir} cannot be written` };
  }
}

function checkDisk(config: Config): Check {
  const { bavail, bsize } = statfsSync(config.data_dir);
  const free = (Number(bavail) * Number(bsize)) / GIB;
  return { name: 'disk', ok: free >= 1, text: `${free.toFixed(1)} GiB free` };
}

function checkAddress(config: Config): Check {
  const url = new URL(config.instance.base_url);
  const local = /^(localhost|127\.|\[::1\])/.test(url.hostname);
  if (local)
    return {
      name: 'base_url',
      ok: true,
      text: `${url.origin}: good for trying out; partners cannot reach it`,
    };
  return {
    name: 'base_url',
    ok: url.protocol === 'https:',
    text:
      url.protocol === 'https:'
        ? url.origin
        : `${url.origin} is plain http: partners will refuse it`,
  };
}

async function checkServices(config: Config): Promise<Check[]> {
  const log = createLog({ ...config, log: { ...config.log, level: 'silent' } });
  try {
    const services = await attachServices(config, log);
    const mongo = await connectMongo({ url: services.databaseUrl, name: config.database.name });
    await mongo.ping();
    await mongo.close();
    const redis = connectRedis(services.redis, () => {});
    const policy = (await redis.config('GET', 'maxmemory-policy').catch(() => [])) as string[];
    redis.disconnect();
    await services.stop();
    return [
      {
        name: 'database',
        ok: true,
        text: config.database.url ? 'MongoDB answers' : 'the embedded database answers',
      },
      {
        name: 'redis answers',
        ok: policy[1] === undefined || policy[1] === 'noeviction',
        text: policy[1] ? `maxmemory-policy ${policy[1]}` : 'yes',
      },
    ];
  } catch (error) {
    return [
      { name: 'services', ok: false, text: error instanceof Error ? error.message : String(error) },
    ];
  }
}
