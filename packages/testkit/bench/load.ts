/** Signed notes, and the road on which the bench sends them. */
import { concurrently, percentile } from './measure.ts';
import type { BenchPeer } from './peer.ts';
import { createRawClient, type RawRequest, rawRequest } from './raw-client.ts';

const AT_ONCE = 16;

/** Notes until V8 has compiled what matters, in our server as in Fedify: more make neither faster. */
export const WARM_UP = 6000;

export const rawClient = createRawClient();

export function post(url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  return rawClient.send(rawRequest('POST', url, headers, body));
}

/** Signs and writes them all before, so that the sender's work is not measured. */
export function signNotes(
  peer: BenchPeer,
  inbox: string,
  notes: { actor: string; body: Buffer }[],
): RawRequest[] {
  return notes.map(({ actor, body }) =>
    rawRequest('POST', inbox, peer.sign(inbox, body, actor), body),
  );
}

export async function sendNotes(signed: RawRequest[]) {
  let refused = 0;
  const started = performance.now();
  const times = await concurrently(signed, AT_ONCE, async (request) => {
    if ((await rawClient.send(request)) !== 202) refused += 1;
  });
  return {
    perSecond: (signed.length / (performance.now() - started)) * 1000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    refused,
  };
}

export function noteBodies(
  actors: string[],
  count: number,
  label: string,
): { actor: string; body: Buffer }[] {
  return Array.from({ length: count }, (_, index) => {
    const actor = actors[index % actors.length] as string;
    const id = `${actor}/notes/${label}-${index}`;
    const to = ['https://www.w3.org/ns/activitystreams#Public'];
    const cc = [`${actor}/followers`];
    const note = {
      id,
      type: 'Note',
      attributedTo: actor,
      to,
      cc,
      content: `<p>${label} note number ${index}, with <a href="https://example.org">a link</a> and some words of usual length.</p>`,
      published: new Date().toISOString(),
      tag: [],
    };
    return {
      actor,
      body: Buffer.from(
        JSON.stringify({
          '@context': 'https://www.w3.org/ns/activitystreams',
          id: `${id}/activity`,
          type: 'Create',
          actor,
          to,
          cc,
          object: note,
          published: note.published,
        }),
      ),
    };
  });
}
