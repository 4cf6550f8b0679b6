/**
 * Whose activity is it? Direct: the signer is the actor. Relayed: somebody forwards it
 * (AP 7.1.2) or a group announces it (FEP-1b12); then it counts only with a valid proof of
 * its actor (FEP-8b32), or with what its origin says when asked.
 */
import { guardActivity, type JsonObject, objectId } from '@mitoyen/federation';
import { iriHost, parseIri, sameIri, sameOrigin } from '@mitoyen/protocol';
import type { Apis } from '../apis.ts';
import type { Account } from '../features/accounts/account.ts';
import type { Clock } from '../platform/clock.ts';
import { createCheckProof } from './check-proof.ts';
import type { Inbound, Outcome } from './inbound.ts';
import { ignored, rejected } from './inbound.ts';
import type { Receipt } from './receipt-store.ts';
import type { Fetched, RemoteFetch } from './remote-fetch.ts';

export type AuthenticateActivity = (
  receipt: Receipt,
  activity: JsonObject,
) => Promise<Inbound | Outcome>;

/** Verbs that a group may wrap in its Announce. */
const RELAYED = new Set([
  'Create',
  'Update',
  'Delete',
  'Like',
  'Dislike',
  'EmojiReact',
  'Undo',
  'Add',
  'Remove',
  'Lock',
]);

const CARRIES_POST = new Set(['Create', 'Update']);
/** What the object's origin can tell of; of a Like, say, it knows nothing. */
const ORIGIN_KNOWS = new Set([...CARRIES_POST, 'Delete']);
const UNPROVEN = 'relayed without proof';

export function createAuthenticateActivity(deps: {
  apis: Apis;
  remote: RemoteFetch;
  ownHost: string;
  clock: Clock;
}): AuthenticateActivity {
  const { apis, remote, ownHost } = deps;
  const hasProof = createCheckProof(deps);

  return async function authenticate(receipt, activity) {
    const actorIri = parseIri(objectId(activity.actor));
    if (actorIri === null) return rejected('no actor');
    if (!sameIri(actorIri, receipt.signer)) return relayed(receipt, activity, actorIri, null);

    const actor = await activeAccount(actorIri, receipt);
    if ('reason' in actor) return actor;
    const inner = embeddedActivity(activity);
    if (inner && actor.kind === 'group') return unwrap(receipt, activity, inner, actor);
    return direct(receipt, activity, actor, undefined, activity);
  };

  function direct(
    receipt: Receipt,
    activity: JsonObject,
    actor: Account,
    via: Account | undefined,
    original: JsonObject,
  ): Inbound | Outcome {
    // Who moderates a group takes others' posts out of it: the posts feature checks that.
    const mayModerate = activity.type === 'Delete';
    const guarded = guardActivity(activity, { signer: actor.iri, mayModerate });
    if (guarded.kind === 'rejected') return rejected(guarded.reason);
    const id = parseIri(activity.id) ?? receipt._id;
    const type = String(guarded.activity.type);
    return {
      receipt: receipt._id,
      id,
      type,
      activity: guarded.activity,
      original,
      relayable: () => relayable(original, actor),
      actor,
      ...(via && { via }),
    };
  }

  /** A proof that does not hold would go out under our name; without one the origin is asked. */
  async function relayable(original: JsonObject, actor: Account): Promise<JsonObject> {
    if (original.proof === undefined || (await hasProof(original, actor))) return original;
    const { proof: _, ...bare } = original;
    return bare;
  }

  async function unwrap(
    receipt: Receipt,
    announce: JsonObject,
    inner: JsonObject,
    group: Account,
  ): Promise<Inbound | Outcome> {
    const actorIri = parseIri(objectId(inner.actor));
    if (actorIri === null) return rejected('the announced activity has no actor');
    const own = asGroupsOwn(inner, group);
    // By its signature the group says itself what its moderators did in it.
    if (own) return direct(receipt, { ...own, id: announce.id }, group, undefined, announce);
    const outcome = await relayed(receipt, inner, actorIri, group);
    if (!isUnproven(outcome) || inner.type !== 'Delete') return outcome;
    const removal = {
      type: 'Delete',
      id: announce.id,
      actor: group.iri,
      object: objectId(inner.object),
    };
    return direct(receipt, removal, group, undefined, announce);
  }

  async function relayed(
    receipt: Receipt,
    activity: JsonObject,
    actorIri: string,
    via: Account | null,
  ): Promise<Inbound | Outcome> {
    // What we made ourselves comes back from hubs; it is in place already.
    if (iriHost(actorIri) === ownHost) return ignored('our own activity');
    if (!apis.policy.allows(iriHost(actorIri))) return rejected('its origin is no partner');
    const actor = await activeAccount(actorIri, receipt);
    if ('reason' in actor) return actor;
    const relay = via ?? (await relayAccount(receipt.signer));
    if (await hasProof(activity, actor)) return direct(receipt, activity, actor, relay, activity);
    // One server speaks for both; posts are asked for all the same.
    if (via && sameOrigin(via.iri, actor.iri) && !CARRIES_POST.has(String(activity.type)))
      return direct(receipt, activity, actor, relay, activity);
    return askOrigin(receipt, activity, actor, relay);
  }

  async function relayAccount(signer: string): Promise<Account | undefined> {
    const account = await apis.accounts.byIri(signer);
    return account?.kind === 'group' ? account : undefined;
  }

  /** Without a proof a relayed activity is only a hint: the object's origin has the word. */
  async function askOrigin(
    receipt: Receipt,
    activity: JsonObject,
    actor: Account,
    via: Account | undefined,
  ): Promise<Inbound | Outcome> {
    const type = String(activity.type);
    const object = parseIri(objectId(activity.object));
    if (!ORIGIN_KNOWS.has(type)) return rejected(UNPROVEN);
    if (object === null || !sameOrigin(object, actor.iri)) return rejected(UNPROVEN);
    const fetched = await fromOrigin(object, CARRIES_POST.has(type) ? via : undefined);
    if (fetched.kind === 'failed') throw new Error(`the origin did not answer: ${fetched.reason}`);
    if (CARRIES_POST.has(type)) {
      if (fetched.kind !== 'ok') return ignored('the origin does not have it');
      return direct(receipt, { ...activity, object: fetched.document }, actor, via, activity);
    }
    if (
      fetched.kind === 'gone' ||
      (fetched.kind === 'ok' && fetched.document.type === 'Tombstone')
    ) {
      return direct(receipt, { ...activity, object }, actor, via, activity);
    }
    return rejected(UNPROVEN);
  }

  /** What was posted in a closed group its origin may give only to whom the group vouches for. */
  async function fromOrigin(iri: string, via: Account | undefined): Promise<Fetched> {
    const first = await remote.document(iri);
    if (via?.kind !== 'group' || first.kind === 'ok' || first.kind === 'failed') return first;
    const authorization = await apis.groups.tokenFrom(via);
    return authorization === null ? first : remote.document(iri, { authorization });
  }

  async function activeAccount(iri: string, { attempts }: Receipt): Promise<Account | Outcome> {
    const account =
      (await apis.accounts.byIri(iri)) ??
      (await apis.accounts.resolveIri(iri, { asked: attempts > 0 }));
    // Who is asked for again later must not be lost with the trouble of their server.
    if (!account && apis.accounts.mayComeBack(iri))
      throw new Error('the author’s server did not answer');
    if (!account) return ignored('the actor cannot be found');
    if (account.domain === null) return rejected('claims to be one of ours');
    if (account.state === 'suspended') return rejected('the actor is suspended here');
    apis.freshness.profileSeen(account);
    return account;
  }
}

function isUnproven(outcome: Inbound | Outcome): boolean {
  return 'kind' in outcome && outcome.reason === UNPROVEN;
}

/**
 * What a group says of itself by relaying what its moderators did: its new profile (which is
 * then asked for), its moderators, its pinned posts. Null for everything else.
 */
function asGroupsOwn(inner: JsonObject, group: Account): JsonObject | null {
  const object = objectId(inner.object);
  const target = objectId(inner.target);
  const { type } = inner;
  if (type === 'Update' && object !== null && sameIri(object, group.iri))
    return { type, actor: group.iri, object };
  if (type !== 'Add' && type !== 'Remove') return null;
  return object !== null && target !== null && sameOrigin(target, group.iri)
    ? { type, actor: group.iri, object, target }
    : null;
}

function embeddedActivity(activity: JsonObject): JsonObject | null {
  if (activity.type !== 'Announce') return null;
  const { object } = activity;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return null;
  const inner = object as JsonObject;
  return RELAYED.has(String(inner.type)) && inner.actor ? inner : null;
}
