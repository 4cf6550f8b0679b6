import { chmodSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Engine, openEngine } from './engine.ts';
import { expireDocuments } from './expire.ts';
import type { Flush } from './storage/log-sync.ts';
import { serveConnection } from './wire/connection.ts';
import { type Authentication, type Credentials, createAuthenticator } from './wire/scram.ts';

/** Unix socket paths are cut off by the system beyond this. */
const MAX_SOCKET_PATH = 100;
const HOUSEKEEPING_MS = 60_000;

export interface EmbeddedServerOptions {
  /** Path of the SQLite file, or `:memory:`. */
  file: string;
  /** Path of the unix socket to listen on (at most 100 bytes); made readable for its owner only. */
  socketPath: string;
  /** Listens on a loopback port as well, for this account only (SCRAM-SHA-256). Port 0 takes any. */
  loopback?: ({ port: number } & Credentials) | undefined;
  /** Page cache in MiB (default 10). */
  cacheMiB?: number | undefined;
  /** Milliseconds between removals of expired documents (default one minute). */
  ttlIntervalMs?: number | undefined;
  now?: (() => number) | undefined;
  /** Told when the disk did not take what was committed: the process must end (nothing is acknowledged any more). */
  onDiskFailed?: ((error: Error) => void) | undefined;
  /** Flushes the log (`fs.fdatasync`); a test hands in a slow or a failing disk. */
  flush?: Flush | undefined;
  onError?: ((error: unknown) => void) | undefined;
}

export interface EmbeddedServer {
  /** Connection string for the official driver. */
  readonly url: string;
  /** The port of `loopback`. */
  readonly port: number | undefined;
  readonly engine: Engine;
  /** Removes what TTL indexes have expired, now; returns how many documents. */
  expire(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the database and listens, in this process. Throws FileInUseError when another
 * process has the file, FormatError when it is not ours.
 */
export async function createEmbeddedServer(
  options: EmbeddedServerOptions,
): Promise<EmbeddedServer> {
  const { socketPath, onError = reportError } = options;
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH) {
    throw new Error(`the socket path is longer than ${MAX_SOCKET_PATH} bytes: ${socketPath}`);
  }
  if (!socketPath.endsWith('.sock')) {
    throw new Error(`drivers know a socket by its ending .sock: ${socketPath}`);
  }
  const engine = openEngine(options);
  const sockets = new Set<Socket>();
  const accept = (authenticate?: () => Authentication) =>
    createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serveConnection(socket, { engine, authentication: authenticate?.(), onError });
    });
  const server = accept();
  const { loopback } = options;
  const portServer = loopback && accept(createAuthenticator(loopback));
  try {
    await listen(server, socketPath);
    if (portServer) await listenOnLoopback(portServer, loopback.port);
  } catch (error) {
    server.close();
    engine.store.close();
    throw error;
  }
  const expire = () => expireDocuments(engine);
  const timer = setInterval(() => {
    engine.cursors.expire();
    expire().catch(onError);
  }, options.ttlIntervalMs ?? HOUSEKEEPING_MS);
  timer.unref();
  return {
    url: `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`,
    port: (portServer?.address() as AddressInfo | undefined)?.port,
    engine,
    expire,
    async close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, portServer].map((one) => one && closed(one)));
      // What was queued has been answered or its client is gone; one last turn ends it. A disk
      // that failed was told of by then.
      await engine.executor.run(() => undefined).catch(() => undefined);
      engine.store.close();
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function listenOnLoopback(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function reportError(error: unknown): void {
  process.stderr.write(`embedded-mongo: ${error instanceof Error ? error.stack : String(error)}\n`);
}

/** The exclusive lock on the file is ours by now, so an old socket can only be a leftover. */
async function listen(server: Server, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(socketPath, 0o600);
}
