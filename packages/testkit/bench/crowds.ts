/** What a post of somebody elsewhere costs in a group with ten members here, and with ten thousand. */
import { createIds } from '@mitoyen/protocol';
import type { Document } from 'mongodb';
import { type Client, eventually, type Instance } from '../src/index.ts';
import { connectDatabase } from './connect-database.ts';
import { post, sendNotes, signNotes } from './load.ts';
import { cpuText, partsOf, row, usage } from './parts.ts';
import type { BenchPeer } from './peer.ts';

const FEW = 10;
const MANY = 10_000;
const POSTS = 300;

type Group = { id: string; uri: string };

async function openGroup(client: Client, name: string): Promise<Group> {
  const made = await client.post('/api/mitoyen/v1/groups', { name, access: 'open' });
  const { uri } = await client.get(`/api/v1/accounts/${made.id}`);
  return { id: made.id, uri };
}

/** Members and their accounts, as copies of the reader's own. */
async function fill(instance: Instance, group: Group, members: number): Promise<void> {
  const mongo = await connectDatabase(instance);
  const db = mongo.db('mitoyen');
  const nextId = createIds({ now: Date.now });
  const membership = await db.collection<Document>('memberships').findOne({ group: group.id });
  const account = await db.collection<Document>('accounts').findOne({ _id: membership?.account });
  const ids = Array.from({ length: members - 1 }, () => nextId());
  for (let at = 0; at < ids.length; at += 1000) {
    const some = ids.slice(at, at + 1000);
    const accounts = some.map((id) => {
      const name = `crowd${id.toLowerCase()}`;
      const iri = `${instance.baseUrl}/users/${name}`;
      const handle = { username: name, handle: name, iri, url: iri };
      return { ...account, ...handle, _id: id };
    });
    await db
      .collection<Document>('accounts')
      .insertMany(accounts as Document[], { ordered: false });
    const rows = some.map((id) => ({
      ...membership,
      _id: nextId(),
      account: id,
      iri: `x:${id}`,
      role: 'member',
    }));
    await db.collection<Document>('memberships').insertMany(rows as Document[]);
  }
  await mongo.close();
}

async function join(instance: Instance, peer: BenchPeer, actor: string, group: Group) {
  const body = Buffer.from(
    JSON.stringify({
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${actor}#join-${group.id}`,
      type: 'Follow',
      actor,
      object: group.uri,
    }),
  );
  const inbox = `${instance.baseUrl}/inbox`;
  await post(inbox, peer.sign(inbox, body, actor), body);
}

function bodies(actor: string, group: Group, label: string) {
  return Array.from({ length: POSTS }, (_, index) => {
    const id = `${actor}/notes/${group.id}-${label}-${index}`;
    const audience = {
      to: [group.uri, 'https://www.w3.org/ns/activitystreams#Public'],
      cc: [],
      audience: group.uri,
    };
    const object = {
      id,
      type: 'Note',
      attributedTo: actor,
      ...audience,
      content: `<p>${label} ${index} for the group</p>`,
      published: new Date().toISOString(),
    };
    const activity = { id: `${id}/activity`, type: 'Create', actor, ...audience, object };
    const context = 'https://www.w3.org/ns/activitystreams';
    return { actor, body: Buffer.from(JSON.stringify({ '@context': context, ...activity })) };
  });
}

export async function crowds(instance: Instance, client: Client, peer: BenchPeer): Promise<void> {
  const actor = peer.actor('127.0.9.1', 'member');
  const inbox = `${instance.baseUrl}/inbox`;
  const mongo = await connectDatabase(instance);
  const count = (group: Group) =>
    mongo.db('mitoyen').collection('posts').countDocuments({ group: group.id });
  for (const members of [FEW, MANY]) {
    const group = await openGroup(client, `Crowd of ${members}`);
    await fill(instance, group, members);
    await join(instance, peer, actor, group);
    const joined = { group: group.id, memberHost: new URL(actor).host };
    await eventually('the writer is a member', async () =>
      mongo.db('mitoyen').collection('memberships').findOne(joined),
    );
    for (const label of ['cold', 'warm']) {
      const signed = signNotes(peer, inbox, bodies(actor, group, label));
      const parts = await partsOf(instance);
      const before = usage(parts);
      const already = await count(group);
      const started = performance.now();
      const { refused } = await sendNotes(signed);
      await eventually(
        'all are there',
        async () => (await count(group)) >= already + POSTS - refused,
        {
          within: 60_000,
          every: 20,
        },
      );
      const seconds = (performance.now() - started) / 1000;
      row(
        `${POSTS} posts, group of ${members}, ${label}`,
        `all there after ${seconds.toFixed(2)} s, refused ${refused}; ${cpuText(parts, before)}`,
      );
    }
  }
  await mongo.close();
}
