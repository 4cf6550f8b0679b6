/** Posts at their own ids, for the servers that may see them. */
import { buildTombstone, createApexKit, type JsonObject, withContext } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { DocumentReply, Endpoints, Peer } from '../../platform/http/endpoints.ts';
import { shareActivity } from './interaction-activity.ts';
import type { MayFetch } from './may-fetch.ts';
import type { Post } from './post.ts';
import { createActivity } from './post-activity.ts';
import type { PostWire } from './post-parties.ts';
import type { PostStore } from './post-store.ts';

const apex = createApexKit();
const MOST_REPLIES = 50;

export function addPostDocuments(
  endpoints: Endpoints,
  deps: { apis: Apis; store: PostStore; wire: PostWire; mayFetch: MayFetch },
): void {
  const { apis, store, wire, mayFetch } = deps;

  async function find(id: string | undefined, peer: Peer | null): Promise<Post | null> {
    const post = await store.byId(id ?? '');
    if (!post?.local || post.kind !== 'post') return null;
    return (await mayFetch(post, peer)) ? post : null;
  }

  async function proved({ author }: Post, json: JsonObject): Promise<DocumentReply> {
    return { kind: 'ok', json: await apis.accounts.proveDocument(author, json) };
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
    return proved(post, withContext(await wire.noteOf(post)));
  });

  endpoints.document('/posts/:id/activity', async ({ params, peer }): Promise<DocumentReply> => {
    const post = await find(params.id, peer);
    if (!post || post.deletedAt) return null;
    const parties = await wire.partiesOf(post);
    return proved(post, createActivity(post, await wire.noteOf(post, parties), parties.author));
  });

  endpoints.document('/posts/:id/replies', async ({ params, peer }): Promise<DocumentReply> => {
    const post = await find(params.id, peer);
    if (!post || post.deletedAt) return null;
    const answers = (await store.answers([post._id], MOST_REPLIES)).filter((one) => !one.deletedAt);
    const seen = await Promise.all(answers.map((one) => mayFetch(one, peer)));
    const shown = answers.filter((_, index) => seen[index]);
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

  endpoints.document('/shares/:id', async ({ params, peer }): Promise<DocumentReply> => {
    const share = await store.byId(params.id ?? '');
    if (!share?.local || share.kind !== 'share' || share.deletedAt) return null;
    const target = share.shareOf ? await store.byId(share.shareOf) : null;
    if (!target || target.deletedAt || !(await mayFetch(share, peer))) return null;
    // Nor is it told where it is that somebody shared, to whom it is not for.
    if (!(await mayFetch(target, peer))) return null;
    const actor = await apis.accounts.get(share.author);
    const author = await apis.accounts.get(target.author);
    return actor && author && proved(share, shareActivity(share, target, actor, author));
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
}
