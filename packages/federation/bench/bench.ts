/** How fast the federation edge is by itself: `node scripts/bench/federation.ts`. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  buildActivityDocument,
  buildNote,
  createApexKit,
  createDocumentReader,
  createProof,
  generateEd25519Keys,
  generateRsaKeys,
  guardActivity,
  type JsonObject,
  PUBLIC,
  readActivity,
  readNote,
  renderMarkdown,
  sanitizeRemoteHtml,
  signRequest,
  verifyProof,
  verifyRequest,
} from '../src/index.ts';

const SECONDS = 1;
const actor = 'https://peer.example/users/ann';
const keyId = `${actor}#main-key`;
const rsa = await generateRsaKeys();
const ed25519 = generateEd25519Keys();
const privateKey = createPrivateKey(rsa.privatePem);
const key = createPublicKey(rsa.publicPem);
const proofKey = createPrivateKey(ed25519.privatePem);
const now = Date.now();

const note = buildNote({
  id: 'https://peer.example/posts/01KAV',
  type: 'Note',
  attributedTo: actor,
  to: [PUBLIC],
  cc: [`${actor}/followers`, 'https://us.example/users/bob'],
  content: `<p><span class="h-card"><a href="https://us.example/@bob" class="u-url mention">@<span>bob</span></a></span> ${'words and words '.repeat(20)}</p>`,
  language: 'en',
  sensitive: false,
  published: new Date(now).toISOString(),
  url: 'https://peer.example/@ann/01KAV',
  attachments: [],
  mentions: [{ href: 'https://us.example/users/bob', name: '@bob@us.example' }],
  hashtags: [{ href: 'https://peer.example/tags/x', name: '#x' }],
});
const create = buildActivityDocument('Create', {
  id: 'https://peer.example/posts/01KAV/create',
  actor,
  to: [PUBLIC],
  cc: [`${actor}/followers`],
  object: note,
});
const proved = createProof(create, {
  verificationMethod: `${actor}#ed25519-key`,
  privateKey: proofKey,
  created: new Date(now).toISOString(),
});
const renamed: JsonObject = {
  ...create,
  '@context': [...(create['@context'] as unknown[]), { writer: 'as:attributedTo' }],
};

async function measure(name: string, run: () => unknown): Promise<void> {
  for (let at = 0; at < 200; at += 1) await run();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let runs = 0;
  while (performance.now() - started < SECONDS * 1000) {
    for (let at = 0; at < 20; at += 1) await run();
    runs += 20;
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const each = (user + system) / runs;
  console.log(
    `${name.padEnd(34)} ${Math.round(runs / seconds)
      .toLocaleString('en')
      .padStart(9)}/s  ${each.toFixed(1).padStart(7)} us CPU`,
  );
}

async function main(): Promise<void> {
  const raw = Buffer.from(JSON.stringify(create));
  console.log(`Create{Note} of ${raw.length} bytes`);
  for (const scheme of ['cavage', 'rfc9421'] as const) {
    const url = 'https://us.example/inbox';
    const extraHeaders = { 'content-type': 'application/activity+json' };
    const sign = () =>
      signRequest({ method: 'POST', url, body: raw, keyId, privateKey, now, scheme, extraHeaders });
    const request = {
      method: 'POST',
      target: '/inbox',
      headers: sign(),
      rawBody: raw,
      now,
      allowedHosts: ['us.example'],
      findKey: async (id: string) => ({ id, owner: actor, key }),
    };
    const verdict = await verifyRequest(request);
    if (!verdict.ok) throw new Error(verdict.reason);
    await measure(`sign ${scheme}`, sign);
    await measure(`verify ${scheme}`, () => verifyRequest(request));
  }
  await measure('readActivity, fast path', () => readActivity(raw));
  const readDocument = createDocumentReader({ kit: createApexKit() });
  const slow = Buffer.from(JSON.stringify(renamed));
  const read = await readDocument(slow);
  if (read.kind !== 'ok') throw new Error(read.reason);
  await measure('readDocument, full JSON-LD', () => readDocument(slow));
  await measure('guardActivity', () => guardActivity(create, { signer: actor }));
  await measure('readNote', () => readNote(note));
  await measure('sanitizeRemoteHtml', () => sanitizeRemoteHtml(String(note.content)));
  const markdown = 'Hello **@bob**, see #pilot and https://x.example/a\n\n- one\n- two';
  const links = { mentions: () => ({ href: actor, url: actor }), hashtagUrl: () => actor };
  await measure('renderMarkdown', () => renderMarkdown(markdown, links));
  await measure('createProof', () =>
    createProof(create, { verificationMethod: keyId, privateKey: proofKey, created: 'x' }),
  );
  const findKey = async () => ({ controller: actor, multibase: ed25519.publicMultibase });
  await measure('verifyProof', () => verifyProof(proved, { findKey }));
  console.log(`memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
}

await main();
