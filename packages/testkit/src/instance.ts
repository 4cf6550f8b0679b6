/** A real instance as processes of its own: server, embedded database, private Redis. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverProgram } from '@mitoyen/server/program';
import { type Answer, type Client, createClient, request } from './client.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const CLI = serverProgram();
const SCOPES = 'read write follow push admin:read admin:write';

export type InstanceOptions = {
  name: string;
  /** The name or address it is reached by (127.0.0.1). */
  host?: string;
  port?: number;
  dataDir?: string;
  /** Keep the data when stopped. */
  keep?: boolean;
  /** Further `MITOYEN_...` variables. */
  env?: Record<string, string>;
  /** Further arguments of Node. */
  nodeArguments?: string[];
  /** Show what the server says. */
  verbose?: boolean;
};

export type Instance = {
  name: string;
  host: string;
  baseUrl: string;
  dataDir: string;
  env: Record<string, string>;
  pid: () => number | undefined;
  /** Runs a command of `mitoyen` and gives what it printed. */
  cli: (...words: string[]) => Promise<string>;
  /** Makes a person by the command line and signs it in with a token. */
  person: (
    username: string,
    options?: { role?: string; displayName?: string; password?: string },
  ) => Promise<Client>;
  request: (
    method: string,
    path: string,
    options?: Parameters<typeof request>[3],
  ) => Promise<Answer>;
  start: () => Promise<void>;
  /** SIGTERM, and waits for the end; the data stays for another start. */
  halt: () => Promise<void>;
  /** SIGKILL of the server process. */
  kill: () => Promise<void>;
  /** Process ids of the server and everything below it, by command line. */
  processes: () => Promise<{ pid: number; command: string }[]>;
  /** Halts and removes the data. */
  stop: () => Promise<void>;
};

/** As `scripts/start` starts it. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=60'];

/** Starts an instance in `partners` mode that may reach loopback by plain http; resolves when ready. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'mitoyen-')));
  const host = `${options.host ?? '127.0.0.1'}:${port}`;
  const baseUrl = `http://${host}`;
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/mitoyen-compiled'),
    MITOYEN_INSTANCE__BASE_URL: baseUrl,
    MITOYEN_INSTANCE__NAME: options.name,
    MITOYEN_HTTP__PORT: String(port),
    MITOYEN_DATA_DIR: dataDir,
    MITOYEN_FEDERATION__ALLOW_HTTP: 'true',
    MITOYEN_FEDERATION__ALLOW_PRIVATE_NETWORKS: '["127.0.0.0/8","::1/128"]',
    MITOYEN_LOG__LEVEL: options.verbose ? 'debug' : 'error',
    ...NO_LIMITS,
    ...options.env,
  };
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(
      process.execPath,
      [...NODE_FLAGS, ...(options.nodeArguments ?? []), CLI, 'start'],
      {
        cwd: ROOT,
        env,
        stdio: ['ignore', options.verbose ? 'inherit' : 'ignore', 'inherit'],
      },
    );
    child = started;
    process.once('exit', () => started.kill('SIGKILL'));
    await eventually(
      `${options.name} is ready`,
      async () => {
        if (started.exitCode !== null)
          throw new Error(`${options.name} ended with code ${started.exitCode}`);
        return (await request(baseUrl, 'GET', '/health/ready')).status === 200;
      },
      { within: 120_000 },
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  }

  async function cli(...words: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [CLI, ...words], {
      cwd: ROOT,
      env,
      maxBuffer: 10_000_000,
    });
    return stdout;
  }

  async function person(
    username: string,
    details: { role?: string; displayName?: string; password?: string } = {},
  ): Promise<Client> {
    const { role = 'member', displayName = username, password } = details;
    const words = [
      'user',
      'create',
      username,
      '--email',
      `${username}@${options.name.toLowerCase()}.example`,
      '--role',
      role,
      '--name',
      displayName,
      '--json',
    ];
    if (password === undefined) await cli(...words);
    else await withInput([...words, '--password-stdin'], `${password}\n`);
    const { token } = JSON.parse(
      await cli('user', 'token', username, '--scopes', SCOPES, '--json'),
    );
    const client = await createClient(baseUrl, token);
    // Who signs in with a browser is to find the feed there; a test of the welcome takes it back.
    if (password !== undefined)
      await client.patch('/api/mitoyen/v1/preferences', { 'mitoyen:welcomed': true });
    return client;
  }

  async function withInput(words: string[], input: string): Promise<void> {
    const running = run(process.execPath, [CLI, ...words], { cwd: ROOT, env });
    running.child.stdin?.end(input);
    await running;
  }

  await start();
  return {
    name: options.name,
    host,
    baseUrl,
    dataDir,
    env,
    pid: () => child?.pid,
    cli,
    person,
    request: (method, path, more) => request(baseUrl, method, path, more),
    start,
    halt: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    processes: () => processesOf(dataDir, child?.pid),
    stop: async () => {
      await end('SIGTERM');
      if (!options.keep) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const NO_LIMITS = Object.fromEntries(
  [
    'FEDERATION__DELIVERY_PER_MINUTE_PER_HOST',
    ...[
      'SIGN_IN_PER_15_MINUTES',
      'TOKEN_PER_15_MINUTES',
      'APP_REGISTRATIONS_PER_HOUR',
      'SIGN_UP_PER_HOUR',
      'INVITATION_TRIES_PER_HOUR',
      'API_PER_5_MINUTES',
      'API_ANONYMOUS_PER_5_MINUTES',
      'UPLOADS_PER_HOUR',
      'POSTS_PER_HOUR',
      'INBOX_PER_MINUTE_PER_HOST',
      'INBOX_UNSIGNED_PER_MINUTE_PER_ADDRESS',
      'REMOTE_GETS_PER_MINUTE_PER_HOST',
      'REMOTE_GETS_FOR_OTHERS_PER_MINUTE_PER_HOST',
    ].map((name) => `LIMITS__${name}`),
  ].map((name) => [`MITOYEN_${name}`, '0']),
);

/** The server's process, and those that name its data folder (database, Redis). */
async function processesOf(
  dataDir: string,
  server: number | undefined,
): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const own = Number(pid) === server || Number(parent) === server || command.includes(dataDir);
    return pid && own && !command.startsWith('ps ') ? [{ pid: Number(pid), command }] : [];
  });
}

/** Makes the agreement between two instances the way their admins would: one offers, the other accepts. */
export async function federate(a: Instance, b: Instance): Promise<void> {
  await a.cli('partner', 'offer', b.host);
  await eventually(`${b.name} sees who asks`, async () => {
    const { pending } = JSON.parse(await b.cli('partner', 'list', '--json'));
    return pending.some((one: { host: string }) => one.host === a.host);
  });
  await b.cli('partner', 'accept', a.host);
  await eventually(`${a.name} is connected`, async () => {
    const { agreements } = JSON.parse(await a.cli('partner', 'list', '--json'));
    return agreements.some(
      (one: { host: string; state: string }) => one.host === b.host && one.state === 'active',
    );
  });
}
