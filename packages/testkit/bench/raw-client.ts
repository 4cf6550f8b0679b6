/**
 * HTTP/1.1 over sockets that are kept open, with as little work as there can be: on shared cores
 * the server lacks what its load generator takes. It reads answers of our own making and Fedify's
 * (a length or chunks), and is no client for anything else.
 */
import { connect, type Socket } from 'node:net';

export type RawRequest = { url: string; bytes: Buffer };
export type RawClient = {
  /** Answers the status. Rejects when the connection ends before the answer does. */
  send: (request: RawRequest) => Promise<number>;
  close: () => void;
};

const NO_BODY = Buffer.alloc(0);

/** A request as it goes over the wire. */
export function rawRequest(
  method: 'GET' | 'POST',
  url: string,
  headers: Record<string, string>,
  body: Buffer = NO_BODY,
): RawRequest {
  const { host, pathname, search } = new URL(url);
  const all = { host, 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return { url, bytes: Buffer.concat([Buffer.from(head, 'latin1'), body]) };
}

export function createRawClient(): RawClient {
  const idle = new Map<string, Connection[]>();

  return {
    async send({ url, bytes }) {
      const { host } = new URL(url);
      // Where a server has started anew, what was open to it is not any more.
      const free = (idle.get(host) ?? []).filter((one) => one.isOpen());
      idle.set(host, free);
      const connection = free.pop() ?? openConnection(url);
      const status = await connection.send(bytes);
      idle.get(host)?.push(connection);
      return status;
    },
    close() {
      for (const connection of [...idle.values()].flat()) connection.close();
    },
  };
}

type Connection = {
  send: (bytes: Buffer) => Promise<number>;
  isOpen: () => boolean;
  close: () => void;
};

function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port || 80), noDelay: true });
  let got: Buffer = NO_BODY;
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;

  socket.on('data', (chunk: Buffer) => {
    got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
    if (!isWhole(got)) return;
    const status = Number(got.toString('latin1', 9, 12));
    got = NO_BODY;
    waiting?.resolve(status);
    waiting = null;
  });
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection ended before the answer')));

  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(bytes);
      }),
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => socket.destroy(),
  };
}

/** Whether these bytes are an answer to its end. */
function isWhole(answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = answer.toString('latin1', 0, end + 2);
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  if (length !== undefined) return answer.length >= end + 4 + Number(length);
  if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head))
    return answer.toString('latin1', answer.length - 5) === '0\r\n\r\n';
  return true;
}
