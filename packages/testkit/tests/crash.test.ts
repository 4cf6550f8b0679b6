/** `kill -9` of server, database and Redis under load: nothing acknowledged is lost, nothing is twice. */
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import {
  type Client,
  createForeignPeer,
  eventually,
  type ForeignPeer,
  type Instance,
  type Json,
  request,
  startInstance,
} from '../src/index.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const SEED = Number(process.env.MITOYEN_CRASH_SEED ?? Date.now() % 100_000);
const ROUNDS = ['server', 'database', 'redis', 'server', 'database', 'server'] as const;

let acme: Instance;
let peer: ForeignPeer;

test.before(async () => {
  [acme, peer] = await Promise.all([
    startInstance({
      name: 'Acme',
      env: { MITOYEN_FEDERATION__MODE: 'open', MITOYEN_LOG__LEVEL: 'fatal' },
    }),
    createForeignPeer(),
  ]);
});
test.after.always(async () => {
  await acme?.stop();
  peer?.close();
});

/** The same moments for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Tries until it is acknowledged; a refusal by a dying server is no answer. */
async function insist(attempt: () => Promise<number>, until: () => boolean): Promise<boolean> {
  while (!until()) {
    const status = await attempt().catch(() => 0);
    if (status === 200 || status === 202) return true;
    await wait(50);
  }
  return false;
}

async function allOf(client: Client, path: string): Promise<Json[]> {
  const found: Json[] = [];
  for (let maxId = ''; ; ) {
    const page: Json[] = await client.get(`${path}?limit=80${maxId && `&max_id=${maxId}`}`);
    found.push(...page);
    if (page.length < 80) return found;
    maxId = page.at(-1).id;
  }
}

test.serial(
  'whatever is killed, what was acknowledged is there exactly once and delivered',
  async (t) => {
    t.timeout(150_000);
    t.log(`seed ${SEED}`);
    const dice = random(SEED);
    const amina = await acme.person('amina');
    const writer = peer.actor('writer');
    const reader = peer.actor('reader');
    const me = `${acme.baseUrl}/users/amina`;
    const inbox = `${acme.baseUrl}/inbox`;
    const [found] = await amina.get(
      `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(writer.iri)}`,
    );
    await amina.post(`/api/v1/accounts/${found.id}/follow`);
    await peer.deliver(
      inbox,
      {
        id: `${writer.iri}#accept`,
        type: 'Accept',
        actor: writer.iri,
        object: { type: 'Follow', actor: me, object: writer.iri },
      },
      { actor: writer },
    );
    await peer.deliver(
      inbox,
      { id: `${reader.iri}#follow`, type: 'Follow', actor: reader.iri, object: me },
      { actor: reader },
    );
    await eventually('both follows are there', async () => {
      const account = await amina.get(`/api/v1/accounts/${amina.id}`);
      return account.followers_count === 1 && account.following_count === 1;
    });

    let done = false;
    t.teardown(() => {
      done = true;
    });
    const posted = new Set<string>();
    const sent = new Set<string>();
    const posting = (async () => {
      for (let index = 0; !done; index += 1) {
        const text = `post ${index}.`;
        const attempt = async () =>
          (
            await request(acme.baseUrl, 'POST', '/api/v1/statuses', {
              token: amina.token,
              body: { status: text },
              headers: { 'Idempotency-Key': `k${index}` },
            })
          ).status;
        if (await insist(attempt, () => done)) posted.add(text);
      }
    })();
    const sending = Promise.all(
      [0, 1].map(async (lane) => {
        for (let index = 0; !done; index += 1) {
          const text = `note ${lane}-${index}.`;
          const id = `${writer.iri}/notes/${lane}-${index}`;
          const note = {
            id,
            type: 'Note',
            attributedTo: writer.iri,
            to: [PUBLIC],
            cc: [`${writer.iri}/followers`],
            content: text,
          };
          const create = {
            id: `${id}/act`,
            type: 'Create',
            actor: writer.iri,
            to: [PUBLIC],
            cc: note.cc,
            object: note,
          };
          if (
            await insist(
              () => peer.deliver(inbox, create, { actor: writer }),
              () => done,
            )
          )
            sent.add(text);
        }
      }),
    );

    for (const victim of ROUNDS) {
      await wait(500 + dice() * 900);
      if (victim === 'server') {
        await acme.kill();
        await acme.start();
        continue;
      }
      const wanted = victim === 'redis' ? /redis-server|valkey-server/ : /embedded-mongo/;
      const target = (await acme.processes()).find((one) => wanted.test(one.command));
      t.truthy(target, victim);
      if (target) process.kill(target.pid, 'SIGKILL');
      await eventually(
        `it works again after ${victim}`,
        async () => (await acme.request('GET', '/health/ready')).status === 200,
        { within: 20_000 },
      );
    }
    // A busy machine acknowledges little while things die.
    await eventually('enough was acknowledged', async () => posted.size > 20 && sent.size > 20, {
      within: 30_000,
    });
    done = true;
    await Promise.all([posting, sending]);
    t.log(`${posted.size} posts, ${sent.size} notes`);

    const texts = await eventually(
      'everything acknowledged is in the feed',
      async () => {
        const all = (await allOf(amina, '/api/v1/timelines/home')).map((status) =>
          String(status.content).replace(/<[^>]+>/g, ''),
        );
        const there = new Set(all);
        return [...posted, ...sent].every((text) => there.has(text)) ? all : null;
      },
      { within: 45_000, every: 500 },
    );
    t.deepEqual(
      texts.filter((text, index) => texts.indexOf(text) !== index),
      [],
      'nothing is twice',
    );
    await eventually(
      'every post was delivered',
      async () => {
        const arrived = new Set(
          peer.received
            .filter((one) => one.type === 'Create')
            .map((one) => String((one.object as Json).content).replace(/<[^>]+>/g, '')),
        );
        return [...posted].every((text) => arrived.has(text));
      },
      { within: 60_000, every: 500 },
    );
    t.log(
      `${posted.size} posts and ${sent.size} notes acknowledged through ${ROUNDS.length} kills`,
    );
  },
);
