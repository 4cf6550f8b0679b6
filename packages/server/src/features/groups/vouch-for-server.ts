/**
 * Which servers may fetch what was posted in a group that is not for everybody. Its home knows, and says
 * so in two ways: a token that the asking server brings (FEP-db0e), or an answer to
 * `{followers}?is_follower={actor}` (Lemmy 1.0).
 */
import {
  ACTOR_TOKEN_SCHEME,
  type ActorToken,
  actorTokenHolds,
  createActorToken,
  isObject,
  readActorToken,
  readPublicPem,
} from '@mitoyen/federation';
import { iriHost, parseIri, sameOrigin } from '@mitoyen/protocol';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Peer } from '../../platform/http/endpoints.ts';
import { type Account, isLocal } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import type { GroupDeps } from './group-deps.ts';

/** Whom a post in the group is for, where that is not everybody. */
type Readers = 'companies' | 'members';

const YES_MS = 30 * 60_000;
const NO_MS = 60_000;
/** A token is used while it is good for this much longer. */
const LEFT_MS = 2 * 60_000;

export function createVouchForServer(deps: GroupDeps & { finder: FindGroup }) {
  const { kit, apis, groups, memberships, finder } = deps;
  const answers = createBoundedCache<string, boolean>(5000);
  const tokens = createBoundedCache<string, { text: string; until: number }>(1000);

  /** As the home of a group: a token for the actor that signed the request. */
  async function issue(group: Account, actor: string): Promise<ActorToken> {
    const { rsa } = await apis.accounts.signingKeys(group._id);
    const now = kit.clock.now();
    return createActorToken({
      issuer: group.iri,
      actor,
      keyId: rsa.id,
      privateKey: rsa.key,
      now,
    });
  }

  /** As the server of an author: may this one fetch what was posted in the group? */
  async function mayFetch(groupId: string, peer: Peer, readers: Readers): Promise<boolean> {
    const group = await groups.get(groupId);
    if (group?.local && !finder.admits(group, peer.host)) return false;
    if (group?.local && readers === 'companies') return group.deletedAt === undefined;
    if (await memberships.hasAt(groupId, peer.host, ['member'])) return true;
    const account = await apis.accounts.get(groupId);
    if (!group || group.local || !account || group.deletedAt !== undefined) return false;
    if (iriHost(account.iri) === peer.host) return true;
    return brings(account, peer) || askHome(account, peer.actor);
  }

  function brings(group: Account, { actor, authorization }: Peer): boolean {
    const token = readToken(authorization);
    if (!token) return false;
    const keys = group.publicKeys.flatMap(({ id, pem }) => {
      const key = readPublicPem(pem);
      return key ? [{ id, key }] : [];
    });
    return actorTokenHolds(token, { issuer: group.iri, actor, keys, now: kit.clock.now() });
  }

  async function askHome(group: Account, actor: string): Promise<boolean> {
    if (!group.followersIri) return false;
    const url = new URL(group.followersIri);
    url.searchParams.set('is_follower', actor);
    const known = answers.get(url.href);
    if (known !== undefined) return known;
    const answer = await kit.remote.exists(url.href, 'application/activity+json');
    const isMember = answer.kind === 'ok';
    answers.set(url.href, isMember, { ttl: isMember ? YES_MS : NO_MS });
    return isMember;
  }

  /** As a member's server: the word of the group's home, to bring to an author's server. */
  async function tokenFrom(group: Account): Promise<string | null> {
    if (isLocal(group)) {
      const { iri } = await apis.accounts.instanceActor();
      return asHeader(await issue(group, iri));
    }
    const kept = tokens.get(group._id);
    if (kept && kept.until - LEFT_MS > kit.clock.now()) return kept.text;
    const actor = await kit.remote.document(group.iri);
    if (actor.kind !== 'ok') return null;
    const endpoint = tokenEndpoint(actor.document.endpoints);
    if (endpoint === null || !sameOrigin(endpoint, group.iri)) return null;
    const answer = await kit.remote.json(endpoint, 'application/json');
    const token = answer.kind === 'ok' ? readActorToken(answer.document) : null;
    if (!token) return null;
    const text = asHeader(token);
    tokens.set(group._id, { text, until: Date.parse(token.validUntil) || 0 });
    return text;
  }

  return { issue, mayFetch, tokenFrom };
}

export type VouchForServer = ReturnType<typeof createVouchForServer>;

function asHeader(token: ActorToken): string {
  return `${ACTOR_TOKEN_SCHEME} ${JSON.stringify(token)}`;
}

function readToken(authorization: string | undefined): ActorToken | null {
  const prefix = `${ACTOR_TOKEN_SCHEME} `;
  if (!authorization?.startsWith(prefix)) return null;
  try {
    return readActorToken(JSON.parse(authorization.slice(prefix.length)));
  } catch {
    return null;
  }
}

function tokenEndpoint(endpoints: unknown): string | null {
  if (!isObject(endpoints)) return null;
  const { actorToken, 'sm:actorToken': prefixed } = endpoints;
  return parseIri(actorToken ?? prefixed ?? endpoints['http://smithereen.software/ns#actorToken']);
}
