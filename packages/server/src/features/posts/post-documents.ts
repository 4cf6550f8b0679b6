/** Posts at their own ids, for the servers that may see them. */
import { buildTombstone, createApexKit, withContext } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { DocumentReply, Endpoints, Peer } from '../../platform/http/endpoints.ts';
import type { Post } from './post.ts';
import { createActivity } from './post-activity.ts';
import type { PostWire } from './post-parties.ts';
import type { PostStore } from './post-store.ts';

const apex = createApexKit();
const MOST_REPLIES = 50;

export function addPostDocuments(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: PostStore; wire: PostWire },
): void {
  const { kit, apis, store, wire } = deps;

  /** Somebody at this server may read it. Nobody in particular: public posts alone. */
  async function mayFetch(post: Post, peer: Peer | null): Promise<boolean> {
    if (post.audience === 'company') return false;
    if (post.readers.includes('public'))
      return (
        !post.group ||
        !peer ||
        apis.policy.allows(peer.host, 'groups', post.group) ||
        apis.policy.allows(peer.host, 'posts')
      );
    if (!peer) return false;
    if (post.group) return apis.groups.hasMembersAt(post.group, peer.host);
    const ids = post.readers
      .filter((reader) => reader.startsWith('account:'))
      .map((reader) => reader.slice('account:'.length));
    const named = await apis.accounts.getMany(ids);
    if (named.some((account) => account.domain !== null && iriHost(account.iri) === peer.host))
      return true;
    if (post.audience === 'direct') return false;
    for (const reader of post.readers.filter((one) => one.startsWith('followers:'))) {
      if (await apis.relations.hasFollowersAt(reader.slice('followers:'.length), peer.host))
        return true;
    }
    return false;
  }

  async function find(id: string | undefined, peer: Peer | null): Promise<Post | null> {
    const post = await store.byId(id ?? '');
    if (!post?.local || post.kind !== 'post') return null;
    return (await mayFetch(post, peer)) ? post : null;
  }

  endpoints.document('/posts/:id', async ({ params, peer }): Promise<DocumentReply> => {
    const post = await find(params.id, peer);
    if (!post) return null;
    if (post.deletedAt) {
      return {
        kind: 'gone',
        json: buildTombstone({
          id: post.iri,
          deleted: new Date(post.deletedAt).toISOString(),
          formerType: 'Note',
        }),
      };
    }
    return { kind: 'ok', json: withContext(await wire.noteOf(post)) };
  });

  endpoints.document('/posts/:id/activity', async ({ params, peer }): Promise<DocumentReply> => {
    const post = await find(params.id, peer);
    if (!post || post.deletedAt) return null;
    const parties = await wire.partiesOf(post);
    return {
      kind: 'ok',
      json: createActivity(post, await wire.noteOf(post, parties), parties.author),
    };
  });

  endpoints.document('/posts/:id/replies', async ({ params, peer }): Promise<DocumentReply> => {
    const post = await find(params.id, peer);
    if (!post || post.deletedAt) return null;
    const answers = (await store.descendants(post.root ?? post._id, MOST_REPLIES * 4)).filter(
      (one) => one.inReplyTo === post._id && !one.deletedAt,
    );
    const shown = answers.filter((one) => one.readers.includes('public')).slice(0, MOST_REPLIES);
    const id = `${post.iri}/replies`;
    const page = await apex.collectionPage(id, {
      cursor: true,
      items: shown.map((one) => one.iri),
    });
    return {
      kind: 'ok',
      json: {
        ...(await apex.collection(id, shown.length)),
        first: { ...page, '@context': undefined },
      },
    };
  });

  endpoints.document('/users/:name/featured', async ({ params, peer }): Promise<DocumentReply> => {
    const author = await apis.accounts.byHandle((params.name ?? '').toLowerCase());
    if (author?.domain !== null || author.kind !== 'person' || author.state !== 'active')
      return null;
    const pinned = (await store.pinned(author._id)).filter((post) => !post.deletedAt);
    const seen = await Promise.all(pinned.map((post) => mayFetch(post, peer)));
    const items = pinned.filter((_, index) => seen[index]).map((post) => post.iri);
    const id = author.featuredIri ?? `${author.iri}/featured`;
    return {
      kind: 'ok',
      json: {
        '@context': 'https://www.w3.org/ns/activitystreams',
        id,
        type: 'OrderedCollection',
        totalItems: items.length,
        orderedItems: items,
      },
    };
  });

  // People who open a post's address in a browser.
  endpoints.router.get('/posts/:id', (ctx, next) =>
    ctx.accepts('html') ? ctx.redirect(`${kit.baseUrl}/`) : next(),
  );
}
