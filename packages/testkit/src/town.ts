/**
 * A town of foreign hosts behind one port: every address of 127.0.0.0/8 is a host of its
 * own, healthy or sick. Counts what comes to each inbox.
 */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JsonObject, signRequest } from '@mitoyen/federation';

/** `hangs` takes the request and never answers; the numbers are answers. */
export type Health = 'healthy' | 'hangs' | 500 | 410;

export type Town = {
  port: number;
  /** The actor of a host; hosts are numbered from 0. */
  actor: (host: number, name?: string) => string;
  sharedInbox: (host: number) => string;
  health: (host: number, health: Health) => void;
  /** How often each activity id came to each host that answered: `[host][id]`. */
  got: (host: number) => ReadonlyMap<string, number>;
  /** The activity ids in the order in which they came, whichever host they came to. */
  arrivals: readonly string[];
  /** Signs as the host's actor and posts; gives the status. */
  send: (inbox: string, host: number, activity: JsonObject) => Promise<number>;
  close: () => void;
};

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const privateKey = createPrivateKey(pair.privateKey);
const TYPE = 'application/activity+json';

export async function startTown(): Promise<Town> {
  const healths = new Map<string, Health>();
  const mail = new Map<string, Map<string, number>>();
  const arrivals: string[] = [];

  function take(host: string, body: string): void {
    const { id } = JSON.parse(body) as { id: string };
    const box = mail.get(host) ?? new Map<string, number>();
    mail.set(host, box.set(id, (box.get(id) ?? 0) + 1));
    arrivals.push(id);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = request.headers.host ?? '';
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': TYPE });
      response.end(JSON.stringify(personOf(`http://${host}${request.url}`, host)));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const health = healths.get(host) ?? 'healthy';
    if (health === 'hangs') return;
    if (health === 'healthy') take(host, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(health === 'healthy' ? 202 : health).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  const address = (host: number) =>
    `127.${10 + Math.floor(host / 50_000)}.${Math.floor(host / 250) % 200}.${(host % 250) + 1}:${port}`;
  const actor = (host: number, name = 'reader') => `http://${address(host)}/users/${name}`;

  return {
    port,
    actor,
    sharedInbox: (host) => `http://${address(host)}/inbox`,
    health: (host, health) => healths.set(address(host), health),
    got: (host) => mail.get(address(host)) ?? new Map(),
    arrivals,
    send: async (inbox, host, activity) => {
      const body = Buffer.from(
        JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...activity }),
      );
      const headers = signRequest({
        method: 'POST',
        url: inbox,
        body,
        keyId: `${actor(host)}#main-key`,
        privateKey,
        now: Date.now(),
        scheme: 'cavage',
        extraHeaders: { 'content-type': TYPE },
      });
      return (await fetch(inbox, { method: 'POST', headers, body })).status;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function personOf(id: string, host: string): JsonObject {
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id,
    type: 'Person',
    preferredUsername: id.split('/').at(-1) ?? '',
    inbox: `${id}/inbox`,
    followers: `${id}/followers`,
    endpoints: { sharedInbox: `http://${host}/inbox` },
    publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: pair.publicKey },
  };
}
