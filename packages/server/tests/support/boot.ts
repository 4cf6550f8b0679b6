/**
 * Boots the whole app in this process on a fresh embedded database and a private Redis,
 * and talks to it over HTTP. One per test file.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { serverProgram } from '../../build/sources.ts';
import type { Apis } from '../../src/apis.ts';
import { type App, createApp } from '../../src/app.ts';
import { type Config, configSchema } from '../../src/config-schema.ts';
import type { Account, Role } from '../../src/features/accounts/account.ts';
import type { Kit } from '../../src/kit.ts';
import { createLog } from '../../src/platform/log.ts';
import { startServices } from '../../src/services/services.ts';
import { costlyQueries } from './costly-queries.ts';
import { freePort } from './free-port.ts';
import { lendKeys } from './lend-keys.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape and assert their fields
export type AnyJson = any;
export type Answer = { status: number; headers: Headers; json: AnyJson; text: string };
export type Booted = {
  app: App;
  kit: Kit;
  apis: Apis;
  baseUrl: string;
  request: (
    method: string,
    path: string,
    options?: {
      token?: string;
      body?: unknown;
      headers?: Record<string, string>;
      redirect?: 'manual' | 'follow';
    },
  ) => Promise<Answer>;
  person: (name: string, options?: { role?: Role }) => Promise<{ account: Account; token: string }>;
  /** Waits until no queue has work that is due now. */
  settled: () => Promise<void>;
  /** Starts a second process of this house, on the same database and Redis, that only serves the web. */
  another: () => Promise<{ baseUrl: string; pid: number; exited: Promise<number | null> }>;
  stop: () => Promise<void>;
};

type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };
const ALL_SCOPES = ['read', 'write', 'follow', 'push', 'admin:read', 'admin:write'];

const CLI = serverProgram();

export async function bootApp(overrides: DeepPartial<Config> = {}): Promise<Booted> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-test-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = testConfig({ folder, port, baseUrl, overrides });
  const log = createLog(config);
  const services = await startServices(config, log);
  const keys = lendKeys();
  const app = await createApp({
    config,
    log,
    generateRsaKeys: keys.next,
    databaseUrl: services.databaseUrl,
    redis: services.redis,
  });
  await app.start();

  async function request(
    method: string,
    path: string,
    options: Parameters<Booted['request']>[2] = {},
  ): Promise<Answer> {
    const { body } = options;
    const raw =
      body instanceof FormData ||
      body instanceof URLSearchParams ||
      body instanceof Blob ||
      typeof body === 'string';
    const response = await fetch(path.startsWith('http') ? path : `${baseUrl}${path}`, {
      method,
      redirect: options.redirect ?? 'manual',
      headers: {
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text ? JSON.parse(text) : null,
    };
  }

  async function person(name: string, options: { role?: Role } = {}) {
    const account = await app.apis.authentication.createPerson({
      username: name,
      email: `${name}@example.test`,
      password: `${name}-pass-word-1`,
      displayName: name,
      role: options.role ?? 'member',
    });
    const { token } = await app.apis.authentication.createToken(account._id, ALL_SCOPES, 'test');
    return { account, token };
  }

  const started: ChildProcess[] = [];

  async function another() {
    const second = await freePort();
    const { redis } = services;
    const child = spawn(process.execPath, [CLI, 'start'], {
      env: {
        ...process.env,
        MITOYEN_INSTANCE__BASE_URL: baseUrl,
        MITOYEN_INSTANCE__NAME: config.instance.name,
        MITOYEN_HTTP__PORT: String(second),
        MITOYEN_DATA_DIR: folder,
        MITOYEN_DATABASE__URL: services.databaseUrl,
        MITOYEN_REDIS__URL: 'url' in redis ? redis.url : `unix://${redis.socketPath}`,
        MITOYEN_ROLES: 'web',
        MITOYEN_LOG__LEVEL: config.log.level,
        MITOYEN_LIMITS__API_PER_5_MINUTES: '0',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    started.push(child);
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const address = `http://127.0.0.1:${second}`;
    const deadline = Date.now() + 30_000;
    for (;;) {
      const ready = await fetch(`${address}/health/ready`).catch(() => null);
      if (ready?.ok) break;
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error('the second process does not serve');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { baseUrl: address, pid: child.pid ?? 0, exited };
  }

  return {
    another,
    app,
    kit: app.kit,
    apis: app.apis,
    baseUrl,
    request,
    person,
    settled: () => settle(app),
    stop: async () => {
      for (const child of started) child.kill('SIGKILL');
      await app.stop();
      keys.giveBack();
      const costly = await costlyQueries(services.databaseUrl);
      await services.stop();
      await rm(folder, { recursive: true, force: true });
      if (costly.length > 0) throw new Error(`an index is missing for\n${costly.join('\n')}`);
    },
  };
}

function testConfig(options: {
  folder: string;
  port: number;
  baseUrl: string;
  overrides: DeepPartial<Config>;
}): Config {
  const { overrides } = options;
  return configSchema.parse({
    ...overrides,
    instance: { base_url: options.baseUrl, name: 'Acme', ...overrides.instance },
    http: { host: '127.0.0.1', port: options.port, ...overrides.http },
    data_dir: options.folder,
    federation: {
      mode: 'open',
      allow_http: true,
      allow_private_networks: ['127.0.0.0/8'],
      ...overrides.federation,
    },
    limits: {
      sign_in_per_15_minutes: 0,
      token_per_15_minutes: 0,
      app_registrations_per_hour: 0,
      sign_up_per_hour: 0,
      invitation_tries_per_hour: 0,
      api_per_5_minutes: 0,
      api_anonymous_per_5_minutes: 0,
      uploads_per_hour: 0,
      posts_per_hour: 0,
      ...overrides.limits,
    },
    // Looked for at each start, which takes longer than the start of the database.
    media: { ffmpeg_path: '', ...overrides.media },
    log: { level: process.env.MITOYEN_LOG__LEVEL ?? 'fatal', ...overrides.log },
  });
}

const WATCHED = ['inbox', 'outbox', 'deliver', 'media', 'push', 'mail'] as const;

async function settle(app: App): Promise<void> {
  const deadline = Date.now() + 60_000;
  let quiet = 0;
  while (quiet < 2) {
    const counts = await Promise.all(WATCHED.map((queue) => app.kit.queues.counts(queue)));
    const outbox = counts[WATCHED.indexOf('outbox')];
    const busy =
      counts.some(
        (count) => (count.waiting ?? 0) + (count.prioritized ?? 0) + (count.active ?? 0) > 0,
      ) ||
      // Pending work has no time of its own: what is delayed there failed once and comes again.
      (outbox?.delayed ?? 0) > 0;
    quiet = busy ? 0 : quiet + 1;
    if (Date.now() > deadline)
      throw new Error(`the queues did not settle: ${JSON.stringify(counts)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Boots before the file's tests and stops after them, whatever happened. */
export function withApp(test: TestFn, overrides: DeepPartial<Config> = {}): () => Booted {
  let booted: Booted | undefined;
  test.before(async () => {
    booted = await bootApp(overrides);
  });
  test.after.always(async () => {
    await booted?.stop();
  });
  return () => {
    if (!booted) throw new Error('the app has not booted');
    return booted;
  };
}
