/**
 * Fedify's inbox, as its manual sets it up, as a peer of the bench: everything in memory, so that
 * nothing is durable. A GET of `/count` says how many activities its listener has had.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createFederation,
  generateCryptoKeyPair,
  InProcessMessageQueue,
  MemoryKvStore,
} from '@fedify/fedify';
import { Create, Person } from '@fedify/fedify/vocab';

let count = 0;
const pair = await generateCryptoKeyPair('RSASSA-PKCS1-v1_5');
const federation = createFederation<void>({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  // The bench is on loopback.
  allowPrivateAddress: true,
});
federation
  .setActorDispatcher('/users/{identifier}', (context, identifier) => {
    const inbox = context.getInboxUri(identifier);
    const id = context.getActorUri(identifier);
    return new Person({ id, inbox, preferredUsername: identifier });
  })
  .setKeyPairsDispatcher(() => [pair]);
federation.setInboxListeners('/users/{identifier}/inbox', '/inbox').on(Create, () => {
  count += 1;
});

const server = createServer(async (request, response) => {
  if (request.url === '/count') return response.end(String(count));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await federation.fetch(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? 'GET',
      headers: request.headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    }),
    { contextData: undefined },
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
