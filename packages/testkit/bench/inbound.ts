/** Signed notes from twenty writers to a reader who follows them, until they are in the feed. */
import { type Client, eventually, type Instance } from '../src/index.ts';
import { connectDatabase } from './connect-database.ts';
import { noteBodies, post, sendNotes, signNotes, WARM_UP } from './load.ts';
import { cpuText, memoryText, ms, partsOf, row, usage } from './parts.ts';
import type { BenchPeer } from './peer.ts';

async function followRemote(client: Client, peer: BenchPeer, actor: string): Promise<void> {
  const [found] = await client.get(
    `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(actor)}`,
  );
  await client.post(`/api/v1/accounts/${found.id}/follow`);
  const me = await client.get('/api/v1/accounts/verify_credentials');
  const origin = new URL(me.uri).origin;
  const body = Buffer.from(
    JSON.stringify({
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${actor}#accept`,
      type: 'Accept',
      actor,
      object: { type: 'Follow', actor: me.uri, object: actor },
    }),
  );
  await post(`${origin}/inbox`, peer.sign(`${origin}/inbox`, body, actor), body);
  await eventually(
    'the follow is accepted',
    async () => (await client.get(`/api/v1/accounts/relationships?id[]=${found.id}`))[0].following,
  );
}

/**
 * @param notes how many in the run `warm`
 * @returns accepted per second, warm
 */
export async function inbound(
  instance: Instance,
  client: Client,
  peer: BenchPeer,
  notes: number,
): Promise<number> {
  let accepted = 0;
  const actors = Array.from({ length: 20 }, (_, index) =>
    peer.actor(`127.0.2.${index + 1}`, 'writer'),
  );
  for (const actor of actors) await followRemote(client, peer, actor);
  const inbox = `${instance.baseUrl}/inbox`;
  const mongo = await connectDatabase(instance);
  const receipts = mongo.db('mitoyen').collection('receipts');
  const allProcessed = async () => (await receipts.countDocuments({ state: 'new' })) === 0;
  for (const label of ['cold', 'warming up', 'warm'] as const) {
    const count = { cold: 500, 'warming up': WARM_UP, warm: notes }[label];
    const signed = signNotes(peer, inbox, noteBodies(actors, count, label));
    const parts = await partsOf(instance);
    const before = usage(parts);
    seen.clear();
    const started = performance.now();
    const { perSecond, p50, p99, refused } = await sendNotes(signed);
    await eventually('all are processed', allProcessed, {
      within: 120_000,
      every: 20,
    });
    const done = performance.now() - started;
    const used = `${cpuText(parts, before)}; peak ${memoryText(parts, 'peak')}`;
    await eventually('all are readable', async () => (await countInFeed(client, label)) >= count);
    row(
      `inbound ${label}, ${count} notes`,
      `${perSecond.toFixed(0)} accepted/s, p50 ${ms(p50)}, p99 ${ms(p99)}, all in the feed after ${(done / 1000).toFixed(2)} s, refused ${refused}`,
    );
    row('', used);
    if (label === 'warm') accepted = perSecond;
  }
  await mongo.close();
  return accepted;
}

const seen = new Set<string>();

/**
 * Counts the notes of a run in the feed. Notes that were processed side by side may appear
 * behind newer ones, so it reads back until two pages bring nothing new.
 */
async function countInFeed(client: Client, label: string): Promise<number> {
  let maxId = '';
  for (let quiet = 0; quiet < 2; ) {
    const page: { id: string; content: string }[] = await client.get(
      `/api/v1/timelines/home?limit=80${maxId && `&max_id=${maxId}`}`,
    );
    const before = seen.size;
    for (const status of page) if (status.content.includes(`${label} note`)) seen.add(status.id);
    quiet = seen.size === before ? quiet + 1 : 0;
    const last = page.at(-1);
    if (!last || page.length < 80) break;
    maxId = last.id;
  }
  return seen.size;
}
