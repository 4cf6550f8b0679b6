/** Apps that listen: over a WebSocket and by server-sent events, over real sockets. */
import { get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { AnyJson } from './boot.ts';

export type Heard = { stream?: string[]; event: string; payload: AnyJson };
export type Listener = {
  heard: Heard[];
  /** Resolves to the first event, past or to come, that fits; and takes it away. */
  next: (fits: (one: Heard) => boolean) => Promise<Heard>;
  event: (name: string) => Promise<Heard>;
  /** How the connection ended. */
  ended: Promise<{ code: number }>;
  close: () => void;
};
export type Socket = Listener & {
  socket: WebSocket;
  say: (message: object | string) => void;
  errors: AnyJson[];
};

const PATIENCE_MS = 20_000;

export async function listen(
  baseUrl: string,
  options: { query?: string; headers?: Record<string, string>; protocol?: string } = {},
): Promise<Socket> {
  const { query = '', headers, protocol } = options;
  const address = `${baseUrl.replace(/^http/, 'ws')}/api/v1/streaming${query}`;
  const socket = new WebSocket(address, protocol ? [protocol] : [], { headers });
  const { listener, take, finish } = createListener(address, () => socket.close());
  const errors: AnyJson[] = [];
  socket.on('message', (data) => {
    const json = JSON.parse(String(data));
    if (json.error) errors.push(json);
    else take({ ...json, payload: parsed(json.payload) });
  });
  socket.on('close', (code) => finish(code));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response: IncomingMessage) =>
      reject(new Error(`refused with ${response.statusCode}`)),
    );
  });
  const say = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { ...listener, socket, errors, say };
}

/** `lines`: everything that came, line by line. */
export async function listenToEvents(
  baseUrl: string,
  path: string,
  credentials: string | Record<string, string>,
): Promise<Listener & { response: IncomingMessage; lines: string[] }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${baseUrl}/api/v1/streaming/${path}`, {
      headers:
        typeof credentials === 'string' ? { authorization: `Bearer ${credentials}` } : credentials,
      agent: false,
    })
      .once('response', resolve)
      .once('error', reject);
  });
  const { listener, take, finish } = createListener(path, () => response.destroy());
  const lines: string[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const data = /^data: (.*)$/.exec(line)?.[1];
      const event = /^event: (.*)$/.exec(lines.at(-2) ?? '')?.[1];
      if (data !== undefined && event) take({ event, payload: parsed(data) });
    }
  });
  response.on('error', () => finish(1006));
  response.on('close', () => finish(response.complete ? 1000 : 1006));
  return { ...listener, response, lines };
}

function createListener(name: string, close: () => void) {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<{ code: number }>();

  function next(fits: (one: Heard) => boolean): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(
          new Error(`not heard by ${name}; heard: ${heard.map((one) => one.event).join(' ')}`),
        );
      }, PATIENCE_MS);
      const look = () => {
        const at = heard.findIndex(fits);
        if (at < 0) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(heard.splice(at, 1)[0] as Heard);
      };
      waiting.add(look);
      look();
    });
  }

  const listener: Listener = {
    heard,
    next,
    event: (name) => next((one) => one.event === name),
    ended,
    close,
  };
  return {
    listener,
    take: (one: Heard) => {
      heard.push(one);
      for (const look of [...waiting]) look();
    },
    finish: (code: number) => end({ code }),
  };
}

function parsed(text: string): AnyJson {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
