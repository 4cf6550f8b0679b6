/** A foreign ActivityPub server in this process: actors, documents and misbehaviours on demand. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JsonObject, signRequest } from '@mitoyen/federation';

const AS = 'https://www.w3.org/ns/activitystreams';
const ACTIVITY = 'application/activity+json';
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export type ForeignActor = { iri: string; key: KeyObject; keyId: string };

export type Delivered = {
  actor: ForeignActor;
  keyId?: string;
  body?: (body: Buffer) => Buffer;
  headers?: (headers: Record<string, string>) => Record<string, string>;
  signedUrl?: string;
  /** Further headers that the signature covers. */
  signedHeaders?: Record<string, string>;
};

export type ForeignPeer = {
  host: string;
  baseUrl: string;
  /** An actor of this server; `change` alters the document it serves. */
  actor: (name: string, change?: JsonObject) => ForeignActor;
  /** Serves a document at a path. */
  serve: (path: string, document: JsonObject, type?: string) => string;
  /** Serves whatever a test wants at a path. */
  handle: (path: string, listener: RequestListener) => string;
  /** Paths that were asked for, in order. */
  asked: string[];
  /** What came to an inbox here. */
  received: JsonObject[];
  /** Signs and posts an activity; gives the status. The options spoil it on the way. */
  deliver: (inbox: string, activity: JsonObject, how: Delivered) => Promise<number>;
  close: () => void;
};

export async function createForeignPeer(): Promise<ForeignPeer> {
  const routes = new Map<string, RequestListener>();
  const asked: string[] = [];
  const received: JsonObject[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject);
      response.writeHead(202).end();
      return;
    }
    asked.push(path);
    const route = routes.get(path) ?? routes.get(path.split('?')[0] ?? '');
    if (route) route(request, response);
    else response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = `http://${host}`;

  function serve(path: string, document: JsonObject, type = ACTIVITY): string {
    routes.set(path, (_, response) =>
      response
        .writeHead(200, { 'content-type': type })
        .end(JSON.stringify({ '@context': AS, ...document })),
    );
    return baseUrl + path;
  }

  function actor(name: string, change: JsonObject = {}): ForeignActor {
    const iri = `${baseUrl}/users/${name}`;
    const keyId = `${iri}#main-key`;
    serve(`/users/${name}`, {
      id: iri,
      type: 'Person',
      preferredUsername: name,
      inbox: `${iri}/inbox`,
      followers: `${iri}/followers`,
      publicKey: { id: keyId, owner: iri, publicKeyPem: pair.publicKey },
      ...change,
    });
    return { iri, keyId, key: createPrivateKey(pair.privateKey) };
  }

  async function deliver(inbox: string, activity: JsonObject, how: Delivered): Promise<number> {
    const body = Buffer.from(JSON.stringify({ '@context': AS, ...activity }));
    const signed = signRequest({
      method: 'POST',
      url: how.signedUrl ?? inbox,
      body,
      keyId: how.keyId ?? how.actor.keyId,
      privateKey: how.actor.key,
      now: Date.now(),
      scheme: 'cavage',
      extraHeaders: { 'content-type': ACTIVITY, ...how.signedHeaders },
    });
    const { host: _, ...headers } = how.headers?.(signed) ?? signed;
    const response = await fetch(inbox, {
      method: 'POST',
      headers,
      body: new Uint8Array(how.body?.(body) ?? body),
      signal: AbortSignal.timeout(20_000),
    });
    await response.text();
    return response.status;
  }

  return {
    host,
    baseUrl,
    actor,
    serve,
    handle: (path, listener) => {
      routes.set(path, listener);
      return baseUrl + path;
    },
    asked,
    received,
    deliver,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
