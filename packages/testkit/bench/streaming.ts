/**
 * Many open apps on one process: memory, and how long after a write the readers hear of it.
 * `node scripts/bench/streaming.ts`; BENCH_CLIENTS (2000), BENCH_PEOPLE (500), BENCH_WRITES (30).
 * First with a handful of apps (BENCH_FEW, 5; BENCH_FEW_WRITES, 100), which is a quiet day: what a
 * reader here waits from the moment that somebody presses the button.
 * The clients run in this process, on the same cores as the server.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { type Client, startInstance } from '../src/index.ts';
import { cpuSeconds, memory, percentile } from './measure.ts';

const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 2000);
const PEOPLE = Number(process.env.BENCH_PEOPLE ?? 500);
const WRITES = Number(process.env.BENCH_WRITES ?? 30);
const FEW = Number(process.env.BENCH_FEW ?? 5);
const FEW_WRITES = Number(process.env.BENCH_FEW_WRITES ?? 100);
const PAUSE_MS = 300;

const row = (name: string, value: string) => process.stdout.write(`${name.padEnd(34)} ${value}\n`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const TO_ALL = { status: 'to everybody', visibility: 'company' };

type Ear = { hear: (text: string, at: number) => void };

export async function benchStreaming(): Promise<void> {
  const instance = await startInstance({
    name: 'Acme',
    env: {
      MITOYEN_LIMITS__STREAMS_PER_PERSON: '1000',
      MITOYEN_REGISTRATION__MODE: 'open',
    },
  });
  try {
    const author = await instance.person('author');
    const tokens = await signUp(instance.baseUrl, PEOPLE);
    const pid = instance.pid() ?? 0;
    row('people, apps', `${PEOPLE}, ${CLIENTS}`);
    row('server memory before', `${memory(pid).now.toFixed(0)} MiB`);
    const ear: Ear = { hear: () => {} };
    const few = await connectAll(instance.baseUrl, tokens, ear, FEW);
    await measure('a quiet day', author, ear, FEW, TO_ALL, FEW_WRITES);
    for (const socket of few) socket.close();
    const sockets = await connectAll(instance.baseUrl, tokens, ear, CLIENTS);
    await wait(2000);
    row('server memory, all connected', `${memory(pid).now.toFixed(0)} MiB`);
    const cpu = cpuSeconds(pid);
    await measure('to all colleagues', author, ear, CLIENTS, TO_ALL);
    const person = await namedBy(instance.baseUrl, tokens[0] ?? '');
    await measure('to one person', author, ear, Math.ceil(CLIENTS / PEOPLE), {
      status: `@${person} a message`,
      visibility: 'direct',
    });
    row('CPU of the server', `${(cpuSeconds(pid) - cpu).toFixed(2)} s`);
    const { now, peak } = memory(pid);
    row('server memory, now and at its peak', `${now.toFixed(0)} MiB, ${peak.toFixed(0)} MiB`);
    for (const socket of sockets) socket.close();
  } finally {
    await instance.stop();
  }
}

/** Milliseconds from before the request until each app has heard, at a quiet pace. */
async function measure(
  name: string,
  author: Client,
  ear: Ear,
  ears: number,
  post: object,
  writes = WRITES,
): Promise<void> {
  const first: number[] = [];
  const last: number[] = [];
  const answered: number[] = [];
  const whole: number[] = [];
  for (let write = 0; write < writes; write += 1) {
    const times: number[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const started = performance.now();
    ear.hear = (text, at) => {
      if (!/"event":"(update|notification)"/.test(text)) return;
      times.push(at - started);
      if (times.length >= ears) resolve();
    };
    await author.post('/api/v1/statuses', post);
    const done = performance.now() - started;
    await Promise.race([all, wait(10_000)]);
    if (times.length < ears) throw new Error(`${times.length} of ${ears} apps heard`);
    answered.push(done);
    first.push(Math.min(...times) - done);
    last.push(Math.max(...times) - done);
    whole.push(Math.max(...times));
    await wait(PAUSE_MS);
  }
  const both = (values: number[]) =>
    `p50 ${ms(percentile(values, 0.5))}, p99 ${ms(percentile(values, 0.99))}`;
  row(`${name}: written`, both(answered));
  row(`${name}: first app hears`, `${both(first)} after the answer`);
  row(`${name}: last of ${ears} hears`, `${both(last)} after the answer`);
  row(`${name}: since the request`, both(whole));
}

async function connectAll(
  baseUrl: string,
  tokens: string[],
  ear: Ear,
  apps: number,
): Promise<WebSocket[]> {
  const address = `${baseUrl.replace(/^http/, 'ws')}/api/v1/streaming?stream=user&access_token=`;
  const sockets: WebSocket[] = [];
  for (let start = 0; start < apps; start += 50) {
    const some = Array.from({ length: Math.min(50, apps - start) }, (_, index) =>
      open(`${address}${tokens[(start + index) % tokens.length]}`, ear),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

function open(address: string, ear: Ear): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => resolve(socket));
    socket.addEventListener('error', () => reject(new Error('could not connect')));
    socket.addEventListener('message', ({ data }) => ear.hear(String(data), performance.now()));
  });
}

/** People sign up themselves, as from an app. */
async function signUp(baseUrl: string, count: number): Promise<string[]> {
  const json = async (path: string, body: object, token?: string) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Record<string, string>;
  };
  const scopes = 'read write';
  const app = await json('/api/v1/apps', {
    client_name: 'bench',
    redirect_uris: 'urn:ietf:wg:oauth:2.0:oob',
    scopes,
  });
  const { access_token } = await json('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: app.client_id,
    client_secret: app.client_secret,
    scope: scopes,
  });
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const person = {
      username: `person${index}`,
      email: `person${index}@example.test`,
      password: `a long pass phrase ${index}`,
      agreement: true,
    };
    tokens.push((await json('/api/v1/accounts', person, access_token)).access_token ?? '');
  }
  return tokens;
}

async function namedBy(baseUrl: string, token: string): Promise<string> {
  const response = await fetch(`${baseUrl}/api/v1/accounts/verify_credentials`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { username: string }).username;
}

await benchStreaming();
