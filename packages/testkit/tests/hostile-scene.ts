/** A real instance with little memory, and two foreign servers that mean no good. */
import {
  type Client,
  createForeignPeer,
  type Delivered,
  eventually,
  type ForeignActor,
  type ForeignPeer,
  type Instance,
  type Json,
  startInstance,
} from '../src/index.ts';

export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

export type HostileScene = {
  acme: Instance;
  peer: ForeignPeer;
  other: ForeignPeer;
  amina: Client;
  leo: Client;
  /** Both at `peer`. */
  mallory: ForeignActor;
  bob: ForeignActor;
  /** Amina's id. */
  me: string;
  fresh: (actor: ForeignActor, kind: string) => string;
  /** A public note that mentions Amina. */
  note: (actor: ForeignActor, content: string, change?: Json) => Json;
  activity: (type: string, actor: ForeignActor, object: unknown, change?: Json) => Json;
  send: (what: Json, actor: ForeignActor, how?: Partial<Delivered>) => Promise<number>;
  /** Everything sent before this has been processed: a good post after it is there. */
  processed: (actor?: ForeignActor) => Promise<void>;
  statusOf: (uri: string) => Promise<Json>;
  told: () => Promise<string>;
  stop: () => Promise<void>;
};

export async function createHostileScene(env: Record<string, string> = {}): Promise<HostileScene> {
  const [acme, peer, other] = await Promise.all([
    startInstance({
      name: 'Acme',
      env: { MITOYEN_FEDERATION__MODE: 'open', ...env },
      nodeArguments: ['--max-old-space-size=512'],
    }),
    createForeignPeer(),
    createForeignPeer(),
  ]);
  const [amina, leo] = [await acme.person('amina'), await acme.person('leo')];
  const [mallory, bob] = [peer.actor('mallory'), peer.actor('bob')];
  const me = `${acme.baseUrl}/users/amina`;
  let count = 0;

  function fresh(actor: ForeignActor, kind: string): string {
    count += 1;
    return `${actor.iri}/${kind}/${count}`;
  }

  const note = (actor: ForeignActor, content: string, change: Json = {}): Json => ({
    id: fresh(actor, 'notes'),
    type: 'Note',
    attributedTo: actor.iri,
    to: [PUBLIC],
    cc: [me],
    content,
    tag: [{ type: 'Mention', href: me, name: '@amina' }],
    ...change,
  });

  const activity = (
    type: string,
    actor: ForeignActor,
    object: unknown,
    change: Json = {},
  ): Json => ({
    id: fresh(actor, 'acts'),
    type,
    actor: actor.iri,
    object,
    to: [PUBLIC],
    cc: [me],
    ...change,
  });

  const send = (what: Json, actor: ForeignActor, how: Partial<Delivered> = {}) =>
    (actor.iri.startsWith(other.baseUrl) ? other : peer).deliver(`${acme.baseUrl}/inbox`, what, {
      actor,
      ...how,
    });

  const statusOf = async (uri: string): Promise<Json> =>
    (await amina.get(`/api/v2/search?type=statuses&q=${encodeURIComponent(uri)}`)).statuses[0];

  return {
    ...{ acme, peer, other, amina, leo, mallory, bob, me, fresh, note, activity, send, statusOf },
    processed: async (actor = bob) => {
      count += 1;
      const mark = note(actor, `mark ${count}`);
      await send(activity('Create', actor, mark), actor);
      await eventually('the mark is there', () => statusOf(mark.id));
    },
    told: async () => JSON.stringify(await amina.get('/api/v1/notifications?limit=80')),
    stop: async () => {
      await acme.stop();
      peer.close();
      other.close();
    },
  };
}
