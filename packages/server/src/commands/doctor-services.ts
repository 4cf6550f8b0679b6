/** Looks at the database, Redis, their clocks, and the server that may be running. */
import type { Config } from '../config-schema.ts';
import { createPauseStore, EVERYBODY } from '../features/partners/pause-store.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/log.ts';
import { connectMongo } from '../platform/mongo.ts';
import { connectRedis, type RedisTarget } from '../platform/redis.ts';
import { attachServices } from '../services/attach.ts';
import { holderOf } from '../services/data-lock.ts';
import type { Check } from './doctor.ts';

const PATIENCE_MS = 5_000;
/** Signatures carry a date; partners refuse one that is minutes off. */
const SKEW_MS = 30_000;

const PAUSED: Check = {
  name: 'partners',
  result: 'warn',
  text: 'the exchange with all partners is paused; resume with: mitoyen partner resume --all',
};

export async function checkServices(config: Config): Promise<Check[]> {
  const log = createLog({ ...config, log: { ...config.log, level: 'silent' } }, 'stderr');
  const isServing = holderOf(config.data_dir)?.purpose === 'server';
  let services: Awaited<ReturnType<typeof attachServices>>;
  try {
    services = await attachServices(config, log);
  } catch (error) {
    return [bad('services', error)];
  }
  try {
    return [
      ...(await checkDatabase(config, services.databaseUrl)),
      ...(await checkRedis(services.redis)),
      await checkServer(config, isServing),
    ];
  } finally {
    await services.stop();
  }
}

async function checkDatabase(config: Config, url: string): Promise<Check[]> {
  try {
    const mongo = await connectMongo({ url, name: config.database.name });
    const hello = await mongo.db.admin().command({ hello: 1 });
    const pauses = await createPauseStore({ mongo, clock: systemClock }).list();
    await mongo.close();
    const what = config.database.url ? 'MongoDB answers' : 'the embedded database answers';
    return [
      { name: 'database', result: 'ok', text: what },
      ...(pauses.some(({ host }) => host === EVERYBODY) ? [PAUSED] : []),
      ...(hello.localTime instanceof Date ? [clock('database', hello.localTime.getTime())] : []),
    ];
  } catch (error) {
    return [bad('database', error)];
  }
}

async function checkRedis(target: RedisTarget): Promise<Check[]> {
  let lastError: Error = new Error('it does not answer');
  const redis = connectRedis(target, (error) => {
    lastError = error;
  });
  try {
    const [seconds] = await within(redis.time());
    // Providers of Redis may forbid CONFIG; then nothing can be said.
    const found = (await redis.config('GET', 'maxmemory-policy').catch(() => [])) as string[];
    const policy = found[1] ?? 'unknown';
    const evicts = policy !== 'noeviction' && policy !== 'unknown';
    return [
      {
        name: 'redis answers',
        result: evicts ? 'bad' : 'ok',
        text: evicts
          ? `maxmemory-policy is ${policy}: it throws jobs away; set it to noeviction`
          : `maxmemory-policy ${policy}`,
      },
      clock('redis', Number(seconds) * 1000),
    ];
  } catch {
    return [bad('redis answers', lastError)];
  } finally {
    redis.disconnect();
  }
}

/** Where a server runs, whether the public address leads to it: name server, proxy, certificate. */
async function checkServer(config: Config, isServing: boolean): Promise<Check> {
  if (!isServing) return { name: 'server', result: 'ok', text: 'no server runs on this data now' };
  const address = `${config.instance.base_url}/health/ready`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return {
      name: 'server',
      result: response.ok ? 'ok' : 'bad',
      text: `${address} answers ${response.status}`,
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { ...bad('server', cause), text: `${address} cannot be reached: ${messageOf(cause)}` };
  }
}

function clock(whose: string, theirs: number): Check {
  const apart = Math.abs(Date.now() - theirs);
  return apart <= SKEW_MS
    ? { name: `clock (${whose})`, result: 'ok', text: 'agrees with this machine' }
    : {
        name: `clock (${whose})`,
        result: 'bad',
        text: `${Math.round(apart / 1000)} s apart from this machine: set both by NTP, or partners refuse signatures`,
      };
}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), PATIENCE_MS);
  });
  return Promise.race([answer, patience]).finally(() => clearTimeout(timer));
}

function bad(name: string, error: unknown): Check {
  return { name, result: 'bad', text: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
