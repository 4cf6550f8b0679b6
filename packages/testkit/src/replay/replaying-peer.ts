/**
 * Plays recorded servers against an instance: every host of a software's folder answers on
 * loopback, its actors sign with keys of their own, and follows are accepted.
 */
import { createPrivateKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createProof,
  generateEd25519Keys,
  generateRsaKeys,
  type JsonObject,
  signRequest,
} from '@mitoyen/federation';
import { actorsOf } from './fixture-actors.ts';
import { fixtureFiles, readFixture } from './fixtures.ts';
import { createRewriter, hostsOf } from './rewrite.ts';
import { objectsIn } from './walk.ts';

const ACTIVITY = 'application/activity+json';
const AS = 'https://www.w3.org/ns/activitystreams';
const keys = await generateRsaKeys();
const privateKey = createPrivateKey(keys.privatePem);
const proofKeys = await generateEd25519Keys();
const proofKey = createPrivateKey(proofKeys.privatePem);

export type ReplayingPeer = {
  /** A recorded id or text, as it reads here. */
  here: (text: string) => string;
  /** A recorded file, as it reads here. */
  file: (name: string) => JsonObject;
  actor: (iri: string) => JsonObject | undefined;
  /** Ids of all who can sign. */
  actors: string[];
  /** Answers with this document at its id from now on. */
  serve: (document: JsonObject) => void;
  gone: (iri: string) => void;
  /** Signed by its actor (or whoever is named), to the shared inbox; gives the status. */
  deliver: (activity: JsonObject, signer?: string) => Promise<number>;
  /** With a valid FEP-8b32 proof of this actor; needs `proofs`. */
  proved: (activity: JsonObject & { id: string }, by: string) => JsonObject;
  received: JsonObject[];
  stop: () => void;
};

/** @param options.ours recorded ids that stand for others: see createRewriter */
export async function createReplayingPeer(options: {
  software: string;
  inbox: string;
  ours?: Record<string, string>;
  /** Ids of actors that no document names. */
  actors?: string[];
  /** Its actors show a key for proofs, which the recorded ones had not. */
  proofs?: boolean;
}): Promise<ReplayingPeer> {
  const files = fixtureFiles(options.software);
  // What was sent first is what is served; collections repeat it.
  const ordered = files.toSorted((a, b) => rank(a) - rank(b));
  const recorded = ordered.map((file) => readFixture(options.software, file));
  const servers = new Map<string, Server>();
  for (const host of hostsOf(recorded)) servers.set(host, await listen(answer));
  const origins = new Map([...servers].map(([host, server]) => [host, originOf(server)]));
  const rewriter = createRewriter(options.ours ?? {}, origins);
  const actors = new Map<string, JsonObject>();
  for (const one of actorsOf(recorded, keys.publicPem, options.actors ?? []).values()) {
    const bare = rewriter.document(one);
    const actor = options.proofs ? withProofKey(bare) : bare;
    // The same id with http and https: the recorded one comes first.
    if (!actors.has(String(actor.id))) actors.set(String(actor.id), actor);
  }
  const documents = documentsOf(recorded, rewriter.document);
  for (const [id, actor] of actors) documents.set(id, actor);
  const received: JsonObject[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(202).end();
      const activity = JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject;
      received.push(activity);
      if (activity.type === 'Follow') await accept(activity);
      return;
    }
    const address = `http://${request.headers.host}${request.url}`;
    const document = address.includes('/.well-known/webfinger')
      ? webfinger(new URL(address))
      : (documents.get(address) ?? documents.get(address.replace(/(?<!:)\/\//g, '/')));
    if (document === undefined) response.writeHead(404).end();
    else if (document === 'gone') response.writeHead(410).end();
    else response.writeHead(200, { 'content-type': ACTIVITY }).end(JSON.stringify(document));
  }

  /** As their servers do: the subject is the name at this host. */
  function webfinger(url: URL): JsonObject | undefined {
    const [, name] = /^acct:([^@]+)@/.exec(url.searchParams.get('resource') ?? '') ?? [];
    const found = [...actors.values()].find(
      (actor) =>
        new URL(String(actor.id)).host === url.host &&
        String(actor.preferredUsername).toLowerCase() === name?.toLowerCase(),
    );
    return (
      found && {
        subject: `acct:${found.preferredUsername}@${url.host}`,
        links: [{ rel: 'self', type: ACTIVITY, href: found.id }],
      }
    );
  }

  async function accept(follow: JsonObject): Promise<void> {
    await deliver({
      '@context': AS,
      id: `${follow.object}#accepts/${received.length}`,
      type: 'Accept',
      actor: follow.object,
      object: follow,
    });
  }

  async function deliver(activity: JsonObject, signer = String(activity.actor)): Promise<number> {
    const actor = actors.get(signer);
    if (!actor) throw new Error(`${signer} is nobody here`);
    const body = Buffer.from(JSON.stringify(activity));
    const { host: _, ...headers } = signRequest({
      method: 'POST',
      url: options.inbox,
      body,
      keyId: String((actor.publicKey as JsonObject).id),
      privateKey,
      now: Date.now(),
      scheme: 'cavage',
      extraHeaders: { 'content-type': ACTIVITY },
    });
    const signal = AbortSignal.timeout(20_000);
    const response = await fetch(options.inbox, { method: 'POST', headers, body, signal });
    await response.text();
    return response.status;
  }

  return {
    here: rewriter.text,
    file: (name) => rewriter.document(readFixture(options.software, name)),
    actor: (iri) => actors.get(iri),
    actors: [...actors.keys()],
    serve: (document) => documents.set(String(document.id), document),
    gone: (iri) => documents.set(iri, 'gone'),
    deliver,
    proved: (activity, by) =>
      createProof(activity, {
        verificationMethod: proofKeyId(by),
        privateKey: proofKey,
        created: new Date().toISOString(),
      }),
    received,
    stop: () => {
      for (const server of servers.values()) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const proofKeyId = (actor: string) => `${actor.replace(/#.*/, '')}#proofs`;

function withProofKey(actor: JsonObject): JsonObject {
  const key = {
    id: proofKeyId(String(actor.id)),
    type: 'Multikey',
    controller: actor.id,
    publicKeyMultibase: proofKeys.publicMultibase,
  };
  return { ...actor, assertionMethod: [key] };
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function rank(file: string): number {
  return ['activities', 'objects', 'collections'].findIndex((folder) => file.startsWith(folder));
}

/** Everything in the files that has an id and a type; of several versions the first. */
function documentsOf(
  recorded: JsonObject[],
  rewrite: (document: JsonObject) => JsonObject,
): Map<string, JsonObject | 'gone'> {
  const documents = new Map<string, JsonObject | 'gone'>();
  for (const file of recorded) {
    for (const one of objectsIn(file)) {
      if (typeof one.id !== 'string' || typeof one.type !== 'string') continue;
      const document = rewrite({ '@context': file['@context'] ?? AS, ...one });
      const id = String(document.id);
      if (!documents.has(id)) documents.set(id, document);
    }
  }
  return documents;
}
