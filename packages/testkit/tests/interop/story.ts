/** Sends one recorded file through the inbox of a running instance and tells what became of it. */
import type { JsonObject } from '@mitoyen/federation';
import type { AnyJson, Booted } from '../../../server/tests/support/boot.ts';
import { createReplayingPeer, type ReplayingPeer } from '../../src/index.ts';

/** What a recorded id stands for here. */
type Ours = 'amina' | 'leo' | 'group' | 'post' | 'comment';
const OURS = new Set<string>(['amina', 'leo', 'group', 'post', 'comment'] satisfies Ours[]);

export type Story = {
  file: string;
  /** Recorded ids that are ours, or the same as another recorded id. */
  ours?: Record<string, Ours | `http${string}`>;
  /** The recorded actor that sends it, where it does not say so itself. */
  by?: string;
  /** Recorded actors that amina follows; groups that she joins. */
  follows?: string[];
  /** Recorded people who join our group first. */
  joins?: string[];
  /** Recorded files that came before. */
  before?: string[];
  /** The recorded group that relays it in its Announce. */
  relayedBy?: string;
  /** Recorded ids that are gone when it is sent. */
  gone?: string[];
  /** Changes what is served or sent, with reasons beside it. */
  change?: (activity: JsonObject, peer: ReplayingPeer) => JsonObject;
};

export type Ending = {
  status: number;
  /** `applied: stored`, `ignored: ...` */
  outcome: string;
  /** The post as amina is shown it; null where she is not. */
  seen: AnyJson | null;
  /** The same for somebody of the house who follows nobody, and for a stranger. */
  bystander: AnyJson | null;
  stranger: AnyJson | null;
  peer: ReplayingPeer;
  group: AnyJson;
  post: AnyJson;
};

export type People = {
  amina: { id: string; iri: string; token: string };
  leo: { id: string; iri: string; token: string };
  mila: { token: string };
};

let groups = 0;

export async function preparePeople(app: Booted): Promise<People> {
  const [amina, leo, mila] = [
    await app.person('amina'),
    await app.person('leo'),
    await app.person('mila'),
  ];
  const facts = ({ account, token }: typeof amina) => ({
    id: account._id,
    iri: account.iri,
    token,
  });
  return { amina: facts(amina), leo: facts(leo), mila: { token: mila.token } };
}

export async function play(
  app: Booted,
  people: People,
  software: string,
  story: Story,
): Promise<Ending> {
  const { token } = people.amina;
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await app.request(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  groups += 1;
  const stands = new Set(Object.values(story.ours ?? {}));
  const group = stands.has('group')
    ? await api('POST', '/api/mitoyen/v1/groups', { name: `Group ${groups}`, access: 'open' })
    : null;
  const post =
    stands.has('post') || stands.has('comment')
      ? await api('POST', '/api/v1/statuses', { status: 'ours', visibility: 'public' })
      : null;
  const comment = stands.has('comment')
    ? await api('POST', '/api/v1/statuses', { status: 'our comment', in_reply_to_id: post.id })
    : null;
  const iris: Record<Ours, string> = {
    amina: people.amina.iri,
    leo: people.leo.iri,
    group: group ? ((await app.apis.accounts.get(group.id))?.iri ?? '') : '',
    post: post?.uri,
    comment: comment?.uri,
  };
  const peer = await createReplayingPeer({
    software,
    inbox: `${app.baseUrl}/inbox`,
    actors: story.by ? [story.by] : [],
    ours: Object.fromEntries(
      Object.entries(story.ours ?? {}).map(([recorded, one]) => [
        recorded,
        OURS.has(one) ? iris[one as Ours] : one,
      ]),
    ),
  });
  try {
    for (const actor of story.follows ?? []) await follow(peer.here(actor));
    for (const actor of story.joins ?? []) await join(peer.here(actor));
    for (const file of story.before ?? []) await send(peer.file(file));
    for (const iri of story.gone ?? []) peer.gone(peer.here(iri));
    const activity = activityOf(peer.file(story.file), story.by && peer.here(story.by));
    const changed = story.change?.(activity, peer) ?? activity;
    const sent = story.relayedBy ? announced(changed, peer.here(story.relayedBy)) : changed;
    const status = await peer.deliver(sent, story.by && peer.here(story.by));
    await app.settled();
    const uri = idOf(isAboutPost(changed) ? changed.object : changed);
    return {
      status,
      outcome: await outcomeOf(sent, story.by ? peer.here(story.by) : String(sent.actor)),
      seen: await shown(uri, people.amina.token),
      bystander: await shown(uri, people.mila.token),
      stranger: await asStranger(uri),
      peer,
      group,
      post: comment ?? post,
    };
  } finally {
    peer.stop();
  }

  async function follow(iri: string): Promise<void> {
    const account = await app.apis.accounts.resolveIri(iri);
    if (!account) throw new Error(`${iri} cannot be found`);
    if (account.kind === 'group')
      await api('GET', `/api/mitoyen/v1/groups/lookup?handle=${account.handle}`);
    await api('POST', `/api/v1/accounts/${account._id}/follow`, {});
    await app.settled();
  }

  async function join(iri: string): Promise<void> {
    await send({
      id: `${iri}/joins/1`,
      type: 'Follow',
      actor: iri,
      object: iris.group,
    });
  }

  async function send(document: JsonObject): Promise<void> {
    const activity = activityOf(document);
    const status = await peer.deliver(
      story.relayedBy ? announced(activity, peer.here(story.relayedBy)) : activity,
    );
    if (status >= 300) throw new Error(`what came before was refused: ${status}`);
    await app.settled();
  }

  async function outcomeOf(activity: JsonObject, signer: string): Promise<string> {
    const { host } = new URL(signer);
    const receipts = app.kit.mongo.collection<AnyJson>('receipts');
    const receipt = await receipts.findOne({ _id: `${host} ${activity.id}` });
    return receipt?.outcome ?? 'no receipt';
  }

  async function shown(uri: string, as: string): Promise<AnyJson | null> {
    const path = `/api/v2/search?type=statuses&resolve=false&q=${encodeURIComponent(uri)}`;
    return (await app.request('GET', path, { token: as })).json.statuses?.[0] ?? null;
  }

  async function asStranger(uri: string): Promise<AnyJson | null> {
    const found = await app.apis.posts.byIri(uri);
    if (!found) return null;
    const answer = await app.request('GET', `/api/v1/statuses/${found._id}`);
    return answer.status === 200 ? answer.json : null;
  }
}

function isAboutPost({ type }: JsonObject): boolean {
  return type === 'Create' || type === 'Update' || type === 'Delete';
}

function idOf(value: unknown): string {
  const id = typeof value === 'string' ? value : (value as JsonObject | null)?.id;
  return String(id ?? 'https://nothing.invalid/');
}

/**
 * A bare object comes as its server would send it: a post in a Create, an actor in an Update, a
 * Tombstone in a Delete. A collection is no activity and comes as it is.
 */
export function activityOf(document: JsonObject, by?: string): JsonObject {
  if (document.actor && !document.attributedTo) return document;
  const { '@context': context, ...object } = document;
  const { id, to, cc } = object;
  const wrap = (verb: string, actor: unknown, inner: unknown = object): JsonObject => ({
    '@context': context,
    id: `${id}#${verb}`,
    type: verb,
    actor,
    to,
    cc,
    object: inner,
  });
  if (object.inbox) return wrap('Update', id);
  if (object.attributedTo) return wrap('Create', authorOf(object.attributedTo));
  if (object.type === 'Tombstone') return wrap('Delete', by);
  return document;
}

function authorOf(attributedTo: unknown): string {
  const [first] = Array.isArray(attributedTo) ? attributedTo : [attributedTo];
  return idOf(first);
}

/** FEP-1b12: the group passes it on as it came. */
function announced(activity: JsonObject, group: string): JsonObject {
  return {
    '@context': activity['@context'],
    id: `${group}/announces/${encodeURIComponent(idOf(activity))}`,
    type: 'Announce',
    actor: group,
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    cc: [`${group}/followers`],
    object: activity,
  };
}
