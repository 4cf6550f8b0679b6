/** Connections that leave HTTP: who answers at which path. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export type Upgrade = {
  path: string;
  /** Owns the socket from here on. `ip`: the client's address, as proxies told it. */
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer, ip: string) => void;
};

/** Only WebSockets at these paths are upgraded; anything else goes on as plain HTTP. */
export function shouldUpgrade(upgrades: Upgrade[], request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.headers.upgrade?.toLowerCase() === 'websocket' &&
    find(upgrades, request) !== undefined
  );
}

export function serveUpgrades(
  server: Server,
  upgrades: Upgrade[],
  clientIp: (request: IncomingMessage) => string,
): void {
  server.on('upgrade', (request, socket, head) => {
    // A connection that breaks is no fault of ours.
    socket.on('error', () => socket.destroy());
    const upgrade = find(upgrades, request);
    if (upgrade) upgrade.accept(request, socket, head, clientIp(request));
    else socket.destroy();
  });
}

function find(upgrades: Upgrade[], { url = '' }: IncomingMessage): Upgrade | undefined {
  const path = url.split('?', 1)[0]?.replace(/(.)\/+$/, '$1');
  return upgrades.find((one) => one.path === path);
}
