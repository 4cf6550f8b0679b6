/** `/api/v1/streaming` as a WebSocket: one connection, any number of streams. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Auth } from '../../platform/http/endpoints.ts';
import { errorBody, statusOf } from '../../platform/http/errors.ts';
import type { Upgrade } from '../../platform/http/upgrade.ts';
import type { Attend, Prepared } from './attend.ts';
import type { Carrier, Connection, EndReason } from './connection.ts';
import { labelOf, type StreamRequest } from './stream.ts';

export const SOCKET_PATH = '/api/v1/streaming';
const MAX_MESSAGE_BYTES = 4096;
/** Messages that may wait while earlier ones are looked at. */
const MOST_MESSAGES_WAITING = 200;
/** A client that does not say goodbye in this time is cut off. */
const GOODBYE_MS = 2000;

const CLOSE_CODES: Record<EndReason, [code: number, reason: string]> = {
  revoked: [1008, 'The access token is invalid'],
  slow: [1013, 'Too slow'],
  leaving: [1001, 'The server goes away; connect again'],
};

const message = z.object({
  type: z.enum(['subscribe', 'unsubscribe']),
  stream: z.string().max(50),
  tag: z.string().max(200).optional(),
  list: z.coerce.string().max(50).optional(),
  group: z.coerce.string().max(50).optional(),
});

export function createSocketUpgrade(deps: { kit: Kit; attend: Attend }): Upgrade {
  const { kit, attend } = deps;
  const { api_per_5_minutes, api_anonymous_per_5_minutes } = kit.config.limits;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compression costs more memory per client than all the rest.
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });

  async function accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    ip: string,
  ): Promise<void> {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const auth = await admit(tokenOf(request, query), ip);
    const asked = Object.fromEntries(query) as StreamRequest;
    const prepared = await attend.prepare(auth, {
      ownEvents: ['1', 'true'].includes(query.get('mitoyen') ?? ''),
      stream: asked.stream ? attend.choose(asked, auth.scopes) : null,
    });
    if (socket.destroyed) return;
    server.handleUpgrade(request, socket, head, (websocket) => {
      try {
        serve(websocket, prepared, auth.scopes);
      } catch (error) {
        websocket.close(1013, error instanceof AppError ? error.message.slice(0, 100) : 'Failed');
      }
    });
  }

  async function admit(secret: string | null, ip: string): Promise<Auth> {
    const take = (name: string, key: string, limit: number) =>
      kit.rateLimiter.take({ name, key, limit, windowSeconds: 300 });
    try {
      const auth = await attend.authenticate(secret);
      await take('api', auth.account?._id ?? ip, api_per_5_minutes);
      return auth;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthenticated')
        await take('api-anonymous', ip, api_anonymous_per_5_minutes);
      throw error;
    }
  }

  /** When the app hears that it is connected, it is in the hub already. */
  function serve(websocket: WebSocket, prepared: Prepared, scopes: string[]): void {
    websocket.on('error', () => websocket.terminate());
    const connection = attend.join(prepared, createCarrier(websocket));
    websocket.on('close', () => attend.leave(connection));
    let turn = Promise.resolve();
    let waiting = 0;
    websocket.on('message', (data) => {
      if (waiting >= MOST_MESSAGES_WAITING) return websocket.close(1008, 'Too many messages');
      waiting += 1;
      turn = turn
        .then(() => answer(websocket, connection, scopes, String(data)))
        .finally(() => {
          waiting -= 1;
        });
    });
  }

  async function answer(
    websocket: WebSocket,
    connection: Connection,
    scopes: string[],
    text: string,
  ): Promise<void> {
    // Some apps send an empty text to keep the connection.
    if (text.trim() === '') return;
    try {
      const { type, ...asked } = readMessage(text);
      const stream = attend.choose(asked, scopes);
      if (type === 'subscribe') await attend.subscribe(connection, stream);
      else attend.unsubscribe(connection, stream);
    } catch (error) {
      const known = error instanceof AppError;
      if (!known) kit.log.error({ err: error }, 'a subscription failed');
      const status = known ? statusOf(error.code) : 500;
      const body = known ? errorBody(error) : { error: 'Something went wrong here' };
      if (websocket.readyState === websocket.OPEN)
        websocket.send(JSON.stringify({ ...body, status }));
    }
  }

  return {
    path: SOCKET_PATH,
    accept: (request, socket, head, ip) => {
      accept(request, socket, head, ip).catch((error) => {
        if (!(error instanceof AppError)) kit.log.error({ err: error }, 'an upgrade failed');
        refuse(
          socket,
          error instanceof AppError ? error : new AppError('unavailable', 'Something went wrong'),
        );
      });
    },
  };
}

/** By query, as bearer, or as the protocol that is echoed: what a browser can send. */
function tokenOf(request: IncomingMessage, query: URLSearchParams): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const protocol = request.headers['sec-websocket-protocol']?.split(',')[0]?.trim();
  return bearer ?? query.get('access_token') ?? (protocol || null);
}

function readMessage(text: string): z.output<typeof message> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AppError('bad_request', 'The message is not valid JSON');
  }
  const parsed = message.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('bad_request', `${issue?.path.join('.') || 'message'}: ${issue?.message}`);
}

function createCarrier(websocket: WebSocket): Carrier {
  let alive = true;
  websocket.on('pong', () => {
    alive = true;
  });
  return {
    send: (stream, event, payload) => {
      const label = JSON.stringify(labelOf(stream));
      websocket.send(
        `{"stream":${label},"event":${JSON.stringify(event)},"payload":${JSON.stringify(payload)}}`,
      );
    },
    beat: () => {
      if (!alive) return websocket.terminate();
      alive = false;
      websocket.ping();
    },
    waiting: () => websocket.bufferedAmount,
    end: (reason) => {
      // A slow one would not read the goodbye either.
      if (reason === 'slow') return websocket.terminate();
      websocket.close(...CLOSE_CODES[reason]);
      setTimeout(() => websocket.terminate(), GOODBYE_MS).unref();
    },
  };
}

/** Before the upgrade the answer is still HTTP. */
function refuse(socket: Duplex, error: AppError): void {
  const status = statusOf(error.code);
  const body = JSON.stringify(errorBody(error));
  const retry = error.retryAfterSeconds ? `Retry-After: ${error.retryAfterSeconds}\r\n` : '';
  // Some clients never close their side.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${retry}Connection: close\r\n\r\n${body}`,
  );
}
