/** ActivityPub GETs of groups: what a server may see follows from the people it has in there. */
import type { JsonObject } from '@mitoyen/federation';
import { iriHost, parseIri } from '@mitoyen/protocol';
import type { DocumentReply, Endpoints, Peer } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import { plainAnnounceId, wireGroup } from './announce-activity.ts';
import type { FindGroup } from './find-group.ts';
import { companiesIri, type Group, reachOf } from './group.ts';
import { announcePost } from './group-activity.ts';
import type { GroupDeps } from './group-deps.ts';
import { groupDocument } from './group-document.ts';
import type { VouchForServer } from './vouch-for-server.ts';

const CONTEXT = 'https://www.w3.org/ns/activitystreams';
const PAGE = 100;
const OUTBOX_PAGE = 20;

type Seen = { group: Group; account: Account };
type Query = URLSearchParams;

export function createGroupDocuments(
  deps: GroupDeps & { finder: FindGroup; vouch: VouchForServer },
) {
  const { kit, apis, groups, memberships, finder } = deps;

  /** The group as far as this peer may know of it, else null. */
  async function find(name: string, peer: Peer | null): Promise<Seen | null> {
    const account = await apis.accounts.byHandle(name.toLowerCase());
    if (account?.kind !== 'group' || account.domain !== null) return null;
    const group = await groups.get(account._id);
    if (!group) return null;
    return (await finder.isKnownTo(group, peer?.host ?? null)) ? { group, account } : null;
  }

  /** Members and posts: of an open group for all whom it admits, of the others for servers with members. */
  async function findInside(name: string, peer: Peer | null): Promise<Seen | null> {
    const seen = await find(name, peer);
    if (!seen || seen.group.deletedAt !== undefined) return null;
    if (seen.group.access === 'open') return seen;
    if (!peer || !(await memberships.hasAt(seen.group._id, peer.host, ['member']))) return null;
    return seen;
  }

  async function actor(name: string, peer: Peer | null): Promise<DocumentReply> {
    const seen = await find(name, peer);
    if (!seen) return null;
    if (seen.group.deletedAt !== undefined) return tombstone(seen);
    const json = await groupDocument(apis, seen.group, seen.account);
    return { kind: 'ok', json: await apis.accounts.proveDocument(seen.account._id, json) };
  }

  async function followers(seen: Seen, query: Query): Promise<JsonObject | null> {
    const iri = seen.account.followersIri ?? `${seen.account.iri}/followers`;
    const asked = query.get('is_follower');
    if (asked !== null) return isFollower(seen, iri, asked);
    if (query.get('page') === null) {
      return collection(iri, await memberships.countMembers(seen.group._id));
    }
    const maxId = query.get('max_id') ?? undefined;
    const rows = await memberships.ofGroup(seen.group._id, 'member', { maxId, limit: PAGE });
    return page({
      iri,
      query,
      items: await iris(rows.map((row) => row.account)),
      last: rows.length < PAGE ? null : rows.at(-1)?._id,
    });
  }

  /** Lemmy 1.0: 200 where the server of this actor has members, else 404. */
  async function isFollower({ group }: Seen, iri: string, asked: string) {
    const actor = parseIri(asked);
    if (actor === null) return null;
    const has = await memberships.hasAt(group._id, iriHost(actor), ['member']);
    return has ? { '@context': CONTEXT, id: iri, type: 'OrderedCollection' } : null;
  }

  async function moderators({ account, group }: Seen): Promise<JsonObject> {
    const rows = await memberships.withRole(group._id, ['admin', 'moderator']);
    const items = await iris(rows.map((row) => row.account));
    return { ...whole(`${account.iri}/moderators`, items), attributedTo: account.iri };
  }

  async function featured({ account, group }: Seen): Promise<JsonObject> {
    const posts = await Promise.all(group.pinned.map((id) => apis.posts.get(id)));
    const items = posts.flatMap((post) => (post && post.deletedAt === undefined ? post.iri : []));
    return whole(account.featuredIri ?? `${account.iri}/featured`, items);
  }

  /** An address, not a list: which companies these are is between them and the group's home. */
  async function companies({ account, group }: Seen): Promise<JsonObject | null> {
    if (reachOf(group) !== 'companies') return null;
    const id = companiesIri(account.iri);
    return { '@context': CONTEXT, id, type: 'Collection', attributedTo: account.iri };
  }

  /** Posts as shares by the group: ids only, each to be fetched by whoever may. */
  async function outbox(seen: Seen, query: Query): Promise<JsonObject> {
    const { account, group } = seen;
    const iri = account.outbox ?? `${account.iri}/outbox`;
    if (query.get('page') === null) return collection(iri, null);
    const maxId = query.get('max_id') ?? undefined;
    const posts = await apis.posts.feed([`group:${group._id}`], account, {
      maxId,
      limit: OUTBOX_PAGE,
    });
    const wire = wireGroup(group, account);
    const items = posts.map((post) => {
      const id = plainAnnounceId(kit.baseUrl, account.iri, post.iri);
      const { '@context': _, ...announce } = announcePost(id, wire, post.iri);
      return announce;
    });
    return page({ iri, query, items, last: posts.length < OUTBOX_PAGE ? null : posts.at(-1)?._id });
  }

  /** In the order of the ids. */
  async function iris(ids: string[]): Promise<string[]> {
    return (await apis.accounts.getMany(ids)).map((account) => account.iri);
  }

  return function addDocuments(endpoints: Endpoints): void {
    endpoints.document('/groups/:name', ({ params, peer }) => actor(params.name ?? '', peer));
    const parts = { followers, moderators, featured, outbox, companies };
    for (const [part, build] of Object.entries(parts)) {
      endpoints.document(`/groups/:name/${part}`, async ({ params, peer, query }) => {
        const seen = await findInside(params.name ?? '', peer);
        const json = seen && (await build(seen, query));
        return json && { kind: 'ok', json };
      });
    }
    endpoints.document(
      '/groups/:name/token',
      async ({ params, peer }) => {
        const seen = peer && (await findInside(params.name ?? '', peer));
        if (!seen || reachOf(seen.group) === 'everybody') return null;
        return { kind: 'ok', json: await deps.vouch.issue(seen.account, peer.actor) };
      },
      { anyType: true },
    );
  };
}

function tombstone({ group, account }: Seen): DocumentReply {
  if (group.access === 'secret') return null;
  const json = {
    '@context': CONTEXT,
    id: account.iri,
    type: 'Tombstone',
    formerType: 'Group',
    deleted: new Date(group.deletedAt ?? 0).toISOString(),
  };
  return { kind: 'gone', json };
}

function collection(iri: string, total: number | null): JsonObject {
  return {
    '@context': CONTEXT,
    id: iri,
    type: 'OrderedCollection',
    ...(total !== null && { totalItems: total }),
    first: `${iri}?page=true`,
  };
}

function whole(iri: string, items: string[]): JsonObject {
  return {
    '@context': CONTEXT,
    id: iri,
    type: 'OrderedCollection',
    totalItems: items.length,
    orderedItems: items,
  };
}

function page(part: {
  iri: string;
  query: Query;
  items: (string | JsonObject)[];
  last: string | null | undefined;
}): JsonObject {
  return {
    '@context': CONTEXT,
    id: `${part.iri}?${part.query}`,
    type: 'OrderedCollectionPage',
    partOf: part.iri,
    orderedItems: part.items,
    ...(part.last && { next: `${part.iri}?page=true&max_id=${part.last}` }),
  };
}
