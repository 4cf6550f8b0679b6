/**
 * A foreign server on loopback: it serves actors and objects, and signs whatever it is told to
 * send, true or forged.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createProof,
  generateEd25519Keys,
  type JsonObject,
  signRequest,
} from '@mitoyen/federation';
import { lendKeys } from './lend-keys.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const CONTEXT = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'];
const ACTIVITY_JSON = 'application/activity+json';

export type PeerPerson = { iri: string; followers: string; featured: string; name: string };
export type Note = JsonObject & { id: string };

export type Peer = Awaited<ReturnType<typeof createPeer>>;

/** @param can what it says of itself that it can do (FEP-844e) */
export async function createPeer(can: string[] = []) {
  const keys = lendKeys();
  const [rsa, ed25519] = [await keys.next(), generateEd25519Keys()];
  const privateKey = createPrivateKey(rsa.privatePem);
  const proofKey: KeyObject = createPrivateKey(ed25519.privatePem);
  const documents = new Map<string, JsonObject | 'gone'>();
  const files = new Map<string, { type: string; bytes: Buffer }>();
  const asked = new Map<string, number>();
  const received: JsonObject[] = [];
  /** What the peer thinks of requests under a scheme: a status to refuse them with. */
  const refused = new Map<'cavage' | 'rfc9421', number>();
  const seen: { method: string; path: string; scheme: 'cavage' | 'rfc9421' | 'none' }[] = [];
  /** Paths that are there only for requests with the right headers. */
  const guarded = new Map<string, (headers: IncomingHttpHeaders) => boolean>();
  const admits = (path: string, headers: IncomingHttpHeaders) =>
    guarded.get(path)?.(headers) ?? true;
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const scheme = request.headers['signature-input']
      ? 'rfc9421'
      : request.headers.signature
        ? 'cavage'
        : 'none';
    seen.push({ method: request.method ?? '', path, scheme });
    const refusal = scheme === 'none' ? undefined : refused.get(scheme);
    if (refusal) {
      request.resume();
      response.writeHead(refusal).end();
      return;
    }
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (documents.get(path) === 'gone') {
        response.writeHead(410).end();
        return;
      }
      received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(202).end();
      return;
    }
    const file = files.get(path);
    if (file) {
      response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
      return;
    }
    const document = admits(path, request.headers) ? documents.get(path) : undefined;
    if (document === 'gone' || !document) response.writeHead(document ? 410 : 404).end();
    else
      response
        .writeHead(200, { 'content-type': ACTIVITY_JSON })
        .end(JSON.stringify({ '@context': CONTEXT, ...document }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  let counter = 0;

  function next(kind: string): string {
    counter += 1;
    return `${base}/${kind}/${counter}`;
  }

  function person(name: string, type = 'Person'): PeerPerson {
    const iri = `${base}/users/${name}`;
    const actor = { iri, followers: `${iri}/followers`, featured: `${iri}/featured`, name };
    documents.set(`/users/${name}`, {
      id: iri,
      type,
      preferredUsername: name,
      name,
      inbox: `${iri}/inbox`,
      outbox: `${iri}/outbox`,
      followers: actor.followers,
      featured: actor.featured,
      endpoints: { sharedInbox: `${base}/inbox` },
      ...(can.length > 0 && {
        generator: { type: 'Application', implements: can.map((href) => ({ href })) },
      }),
      publicKey: { id: `${iri}#main-key`, owner: iri, publicKeyPem: rsa.publicPem },
      assertionMethod: [
        {
          id: `${iri}#ed25519`,
          type: 'Multikey',
          controller: iri,
          publicKeyMultibase: ed25519.publicMultibase,
        },
      ],
    });
    return actor;
  }

  /** A public note of a person, served at its id. */
  function note(by: PeerPerson, more: JsonObject = {}): Note {
    const id = next('notes');
    const note: Note = {
      id,
      type: 'Note',
      attributedTo: by.iri,
      to: [PUBLIC],
      cc: [by.followers],
      content: '<p>hello</p>',
      published: new Date().toISOString(),
      ...more,
    };
    serve(note);
    return note;
  }

  function serve(document: Note): void {
    documents.set(new URL(document.id).pathname, document);
  }

  function activity(type: string, by: PeerPerson, object: unknown, more: JsonObject = {}) {
    return { '@context': CONTEXT, id: next('activities'), type, actor: by.iri, object, ...more };
  }

  /** With a FEP-8b32 proof of its actor, that may end. */
  function proved(of: JsonObject & { id: string }, how: { expires?: string } = {}) {
    return createProof(of, {
      verificationMethod: `${String(of.actor)}#ed25519`,
      privateKey: proofKey,
      created: new Date().toISOString(),
      ...how,
    });
  }

  /** A request as this person signs it, to be sent as often as a test likes. */
  function signed(
    method: 'GET' | 'POST',
    url: string,
    by: PeerPerson,
    how: {
      body?: JsonObject;
      now?: number;
      scheme?: 'cavage' | 'rfc9421';
      ed25519?: boolean;
      /** Further headers; signed unless said otherwise. */
      headers?: Record<string, string>;
      signed?: boolean;
    } = {},
  ): () => Promise<{ status: number; json: JsonObject }> {
    const body = how.body && Buffer.from(JSON.stringify(how.body));
    const headers = signRequest({
      method,
      url,
      ...(body && { body }),
      extraHeaders: {
        ...(body && { 'content-type': ACTIVITY_JSON }),
        ...(how.signed !== false && how.headers),
      },
      keyId: how.ed25519 ? `${by.iri}#ed25519` : `${by.iri}#main-key`,
      privateKey: how.ed25519 ? proofKey : privateKey,
      now: how.now ?? Date.now(),
      scheme: how.scheme ?? 'cavage',
    });
    return async () => {
      const response = await fetch(url, {
        method,
        headers: { ...how.headers, ...headers, accept: ACTIVITY_JSON },
        ...(body && { body }),
      });
      const text = await response.text();
      return { status: response.status, json: text ? JSON.parse(text) : {} };
    };
  }

  /** Signs as this person and delivers; resolves to the HTTP status. */
  async function deliver(inbox: string, by: PeerPerson, body: JsonObject): Promise<number> {
    return (await signed('POST', inbox, by, { body })()).status;
  }

  /** A signed GET of one of their documents. */
  const get = (url: string, by: PeerPerson) => signed('GET', url, by)();

  return {
    base,
    host: `127.0.0.1:${port}`,
    received,
    asked,
    person,
    /** The document that is served of a person now. */
    actorOf: (who: PeerPerson) => documents.get(new URL(who.iri).pathname) as Note,
    note,
    serve,
    /** A file of this peer, by its path; returns its address. */
    file: (path: string, type: string, bytes: Buffer): string => {
      files.set(path, { type, bytes });
      return `${base}${path}`;
    },
    gone: (iri: string) => documents.set(new URL(iri).pathname, 'gone'),
    missing: (iri: string) => documents.delete(new URL(iri).pathname),
    activity,
    proved,
    refused,
    guarded,
    seen,
    signed,
    deliver,
    get,
    stop: async () => {
      keys.giveBack();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export { PUBLIC };
