/** Foreign servers for the bench: actors with one shared key, an inbox that only counts. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signRequest } from '@mitoyen/federation';

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const privateKey = createPrivateKey(pair.privateKey);

export type BenchPeer = {
  port: number;
  /** The actor of this name at an address of 127.0.0.0/8: each address is a host of its own. */
  actor: (address: string, name: string) => string;
  sign: (url: string, body: Buffer, actor: string) => Record<string, string>;
  /** Resolves when so many different hosts have got something at their inbox since the call. */
  received: (hosts: number) => Promise<number>;
  close: () => void;
};

export async function startPeer(): Promise<BenchPeer> {
  let seen = new Set<string>();
  let waiting: { hosts: number; resolve: (at: number) => void } | null = null;

  const server: Server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    if (request.method === 'POST') {
      request.resume();
      request.on('end', () => {
        response.writeHead(202).end();
        seen.add(host);
        if (waiting && seen.size >= waiting.hosts) {
          waiting.resolve(performance.now());
          waiting = null;
        }
      });
      return;
    }
    const id = `http://${host}${request.url}`;
    const name = request.url?.split('/').at(-1) ?? '';
    response.writeHead(200, { 'content-type': 'application/activity+json' });
    response.end(
      JSON.stringify({
        '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
        id,
        type: 'Person',
        preferredUsername: name,
        inbox: `${id}/inbox`,
        followers: `${id}/followers`,
        endpoints: { sharedInbox: `http://${host}/inbox` },
        publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: pair.publicKey },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    actor: (address, name) => `http://${address}:${port}/users/${name}`,
    sign: (url, body, actor) =>
      signRequest({
        method: 'POST',
        url,
        body,
        keyId: `${actor}#main-key`,
        privateKey,
        now: Date.now(),
        scheme: 'cavage',
        extraHeaders: { 'content-type': 'application/activity+json' },
      }),
    received: (hosts) => {
      seen = new Set();
      return new Promise((resolve) => {
        waiting = { hosts, resolve };
      });
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
