/** Signed notes, and the road on which the bench sends them. */
import { Agent, request as undici } from 'undici';
import { concurrently, percentile } from './measure.ts';
import type { BenchPeer } from './peer.ts';

const AT_ONCE = 16;
export const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });

export type SignedNote = { body: Buffer; headers: Record<string, string> };

export async function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<number> {
  const { statusCode, body: answer } = await undici(url, {
    method: 'POST',
    headers,
    body,
    dispatcher: agent,
  });
  await answer.dump();
  return statusCode;
}

/** Signs them all before, so that the sender's work is not measured. */
export function signNotes(
  peer: BenchPeer,
  inbox: string,
  notes: { actor: string; body: Buffer }[],
): SignedNote[] {
  return notes.map(({ actor, body }) => ({ body, headers: peer.sign(inbox, body, actor) }));
}

export async function sendNotes(inbox: string, signed: SignedNote[]) {
  let refused = 0;
  const started = performance.now();
  const times = await concurrently(signed, AT_ONCE, async ({ body, headers }) => {
    if ((await post(inbox, headers, body)) !== 202) refused += 1;
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
