import type { Socket } from 'node:net';
import { writeReply } from '../bson/reply.ts';
import { ByteWriter } from '../bson/writer.ts';
import { commandOf, errorReply, runCommand } from '../commands/dispatch.ts';
import { WRITES } from '../commands/registry.ts';
import type { Engine } from '../engine.ts';
import { createFramer } from './frames.ts';
import {
  finishMessage,
  MalformedMessage,
  parseMessage,
  type Request,
  startAnswer,
} from './message.ts';
import type { Authentication } from './scram.ts';

export interface ConnectionOptions {
  engine: Engine;
  /** Present where clients must show who they are (a port); absent on the private socket. */
  authentication?: Authentication | undefined;
  /** Where unexpected errors go. */
  onError(error: unknown): void;
}

const answer = new ByteWriter(64 * 1024);
const noop = () => undefined;
/** A large answer must not keep its buffer for good. */
const KEEP_BUFFER = 1024 * 1024;

/** Serves one client: requests in, answers out, in order. */
export function serveConnection(
  socket: Socket,
  { engine, authentication, onError }: ConnectionOptions,
): void {
  const { metrics } = engine;
  metrics.connections++;
  metrics.connectionsEver++;
  socket.setNoDelay(true);

  function send(request: Request, reply: object): void {
    if (request.silent || socket.destroyed) return;
    startAnswer(answer, request);
    writeReply(answer, reply);
    const bytes = finishMessage(answer);
    if (answer.buf.length > KEEP_BUFFER) answer.buf = Buffer.allocUnsafeSlow(64 * 1024);
    metrics.bytesOut += bytes.length;
    // A client that does not read its answers is not listened to until it does.
    if (!socket.write(bytes)) {
      socket.pause();
      socket.once('drain', () => socket.resume());
    }
  }

  let last: Promise<void> = Promise.resolve();

  function handle(message: Buffer): void {
    metrics.bytesIn += message.length;
    const request = parseMessage(message);
    let onlyReads = false;
    const reply = engine.executor.run(
      () => {
        const command = commandOf(request, engine);
        onlyReads = !WRITES.has(command.name);
        return authentication?.intercept(command) ?? runCommand(command);
      },
      () => onlyReads,
    );
    // Answers keep the order of the requests, also where a read need not wait for the disk.
    const before = last;
    last = reply.then(noop, noop).then(() => before);
    before
      .then(() => reply)
      .then(
        (reply) => send(request, reply),
        (error) => {
          const reply = errorReply(error) as { code?: number };
          if (reply.code === 1) onError(error);
          send(request, reply);
        },
      )
      .catch((error) => {
        onError(error);
        socket.destroy();
      });
  }

  const feed = createFramer(handle);
  socket.on('data', (chunk: Buffer) => {
    try {
      feed(chunk);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) onError(error);
      socket.destroy();
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    metrics.connections--;
  });
}
