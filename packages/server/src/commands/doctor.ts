/** `mitoyen doctor`: looks at what usually goes wrong. */
import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { findRedisBinary } from '../services/private-redis.ts';
import { answer, answeringCommand } from './answer.ts';
import { checkFfmpeg } from './doctor-ffmpeg.ts';
import { checkMail } from './doctor-mail.ts';
import { checkScanner } from './doctor-scanner.ts';
import { checkServices } from './doctor-services.ts';
import { checkStorage } from './doctor-storage.ts';
import { checkNode } from './node-version.ts';

/** `warn`: it works, and yet somebody should look. */
export type Check = { name: string; result: 'ok' | 'warn' | 'bad'; text: string };

const GIB = 1024 ** 3;
const LEAST_FREE_GIB = 1;
const WORDS = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' };

export function doctorCommand(): Command {
  return answeringCommand(
    'doctor',
    'check the surroundings: Node, Redis, disk, address, database, clock, mail, files, virus scanner, ffmpeg',
    ['doctor', 'doctor --json'],
  )
    .addHelpText('after', '\nExit code 1 where something is bad; a warning alone is 0.')
    .action(async (options: { json?: boolean }) => {
      const { config, file } = loadConfig();
      const local = [
        checkRuntime(),
        checkConfigFile(config, file),
        checkRedisBinary(config),
        checkDataDir(config),
        checkDisk(config),
        checkAddress(config),
        checkProxy(config),
      ];
      const isUsable = local.every((check) => check.name !== 'data_dir' || check.result !== 'bad');
      const checks = [
        ...local,
        ...(isUsable ? await checkServices(config) : []),
        ...(await checkMail(config)),
        ...(await checkStorage(config)),
        ...(await checkScanner(config)),
        ...(await checkFfmpeg(config)),
      ];
      answer(options.json, checks, () =>
        checks.map((check) => `${WORDS[check.result]} ${check.name}: ${check.text}`),
      );
      if (checks.some((check) => check.result === 'bad')) process.exitCode = 1;
    });
}

function checkRuntime(): Check {
  const { usable, pinned, text } = checkNode();
  return { name: 'node', result: !usable ? 'bad' : pinned ? 'ok' : 'warn', text };
}

/** Addresses of databases may hold passwords. */
function checkConfigFile(config: Config, file: string | null): Check {
  if (!file) return { name: 'config', result: 'ok', text: 'no file: defaults and variables' };
  const holdsPassword =
    config.storage.secret_access_key !== undefined ||
    [config.database.url, config.redis.url, config.mail.url].some((url) => url?.includes('@'));
  const isOpen = (statSync(file).mode & 0o004) !== 0;
  return holdsPassword && isOpen
    ? { name: 'config', result: 'warn', text: `everybody can read the password in ${file}` }
    : { name: 'config', result: 'ok', text: file };
}

function checkRedisBinary(config: Config): Check {
  if (config.redis.url)
    return { name: 'redis', result: 'ok', text: 'redis.url is set; no private one is needed' };
  const found = findRedisBinary(process.env.PATH ?? '');
  return {
    name: 'redis',
    result: found ? 'ok' : 'bad',
    text: found ?? 'install the package redis-server, or set redis.url',
  };
}

function checkDataDir({ data_dir: folder }: Config): Check {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return { name: 'data_dir', result: 'bad', text: `${folder} cannot be written` };
  }
  return (statSync(folder).mode & 0o007) === 0
    ? { name: 'data_dir', result: 'ok', text: folder }
    : {
        name: 'data_dir',
        result: 'warn',
        text: `${folder} is open to every user of this machine: chmod 700 it`,
      };
}

function checkDisk({ data_dir: folder }: Config): Check {
  if (!existsSync(folder)) return { name: 'disk', result: 'bad', text: `there is no ${folder}` };
  const { bavail, bsize } = statfsSync(folder);
  const free = (Number(bavail) * Number(bsize)) / GIB;
  return {
    name: 'disk',
    result: free >= LEAST_FREE_GIB ? 'ok' : 'bad',
    text: `${free.toFixed(1)} GiB free${free >= LEAST_FREE_GIB ? '' : `; ${LEAST_FREE_GIB} GiB at least is wise`}`,
  };
}

function checkAddress(config: Config): Check {
  const url = new URL(config.instance.base_url);
  if (isLocal(url))
    return {
      name: 'base_url',
      result: 'ok',
      text: `${url.origin}: good for trying out; partners elsewhere cannot reach it`,
    };
  if (url.protocol === 'https:') return { name: 'base_url', result: 'ok', text: url.origin };
  return {
    name: 'base_url',
    result: config.federation.allow_http ? 'warn' : 'bad',
    text: `${url.origin} is plain http: partners refuse it and passwords travel in the open`,
  };
}

/** Behind a proxy that is not named, every limit counts all people as one address. */
function checkProxy(config: Config): Check {
  const isPublic = !isLocal(new URL(config.instance.base_url));
  return isPublic && config.http.trusted_proxies.length === 0
    ? {
        name: 'http.trusted_proxies',
        result: 'warn',
        text: 'empty: name the reverse proxy, or rate limits take everybody for one address',
      }
    : { name: 'http.trusted_proxies', result: 'ok', text: 'as the address needs it' };
}

function isLocal(url: URL): boolean {
  return /^(localhost$|127\.|\[::1\]$)/.test(url.hostname);
}
