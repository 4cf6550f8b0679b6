/** The posts feature: posts, comments, messages, reactions, shares and timelines. */

import { readNote } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createChangePosts } from './change-post.ts';
import { addInteractionRoutes } from './interaction-routes.ts';
import type { Post } from './post.ts';
import { addPostDocuments } from './post-documents.ts';
import { subscribePosts } from './post-events.ts';
import { createPostInbox } from './post-inbox.ts';
import { createPostWire } from './post-parties.ts';
import { createPostStore, postIndexes } from './post-store.ts';
import { createPostText } from './post-text.ts';
import { createPostViews } from './post-view.ts';
import type { Posts } from './posts.ts';
import { createPublishPost } from './publish-post.ts';
import { createReact } from './react.ts';
import { createReactionStore, reactionIndexes } from './reaction-store.ts';
import { createReadPosts } from './read-posts.ts';
import { createReceivePost } from './receive-post.ts';
import { addStatusRoutes } from './status-routes.ts';
import { addTimelineRoutes } from './timeline-routes.ts';

const PURGE_AT_ONCE = 500;

export function createPostsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Posts } {
  const store = createPostStore(kit.mongo);
  const reactions = createReactionStore(kit.mongo);
  const read = createReadPosts({ apis, store });
  const text = createPostText({ kit, apis });
  const views = createPostViews({ apis, store, reactions, read, baseUrl: kit.baseUrl });
  const publish = createPublishPost({ kit, apis, store, read, text });
  const receive = createReceivePost({ kit, apis, store });
  const change = createChangePosts({ kit, apis, store, reactions, read, text });
  const react = createReact({ kit, apis, store, reactions, read });
  const wire = createPostWire({ kit, apis });
  subscribePosts({ kit, apis, store, reactions, wire });

  /** The post at an address: known, or as its origin tells it. One fetch; its author may cost another. */
  async function resolveIri(address: string): Promise<Post | null> {
    const known = (await store.byIri(address)) ?? (await store.byUrl(address));
    if (known) return known.deletedAt ? null : known;
    const fetched = await kit.remote.document(address);
    const note = fetched.kind === 'ok' ? readNote(fetched.document) : null;
    if (!note || iriHost(note.id) !== iriHost(note.attributedTo)) return null;
    const author = await apis.accounts.resolveIri(note.attributedTo);
    if (!author || author.domain === null || author.state !== 'active') return null;
    const result = await receive(note, { author, asked: true });
    return result.kind === 'refused' ? null : result.post;
  }

  async function purgeFrom(filter: Parameters<Posts['purgeFrom']>[0]): Promise<number> {
    const query = filter.host
      ? { host: filter.host }
      : filter.author
        ? { author: filter.author }
        : { place: `group:${filter.group ?? ''}` as const };
    let purged = 0;
    for (;;) {
      const ids = await store.purge(query, PURGE_AT_ONCE);
      if (ids.length === 0) return purged;
      await reactions.purgePosts(ids);
      for (const id of ids) await apis.notifications.withdraw({ post: id });
      purged += ids.length;
    }
  }

  kit.events.on('account.deleted', async ({ id }) => {
    const account = await apis.accounts.get(id);
    if (account && account.domain !== null) await purgeFrom({ author: id });
  });

  const api: Posts = {
    publish,
    receive: async (note, from) => {
      const result = await receive(note, from);
      return result.kind === 'refused' ? null : result.post;
    },
    get: store.byId,
    byIri: async (iri) => (await store.byIri(iri)) ?? store.byUrl(iri),
    visible: read.visible,
    resolveIri,
    feed: (places, viewer, page) => read.page((one) => store.feed(places, one), viewer, page),
    messages: (conversation, viewer, page) =>
      read.page((one) => store.place(`conversation:${conversation}`, one), viewer, page),
    present: views.present,
    remove: change.remove,
    purgeFrom,
    toNote: (post) => wire.noteOf(post),
    threadsMuted: async (account, roots) =>
      new Set((await reactions.threadsMuted(account, roots)).map((mute) => mute.root)),
    reaction: reactions.get,
  };

  return {
    feature: {
      name: 'posts',
      indexes: [...postIndexes, ...reactionIndexes],
      pending: ['posts', 'reactions'],
      routes: (endpoints) => {
        addStatusRoutes(endpoints, { kit, apis, store, read, views, change, publish });
        addInteractionRoutes(endpoints, { kit, apis, store, reactions, read, views, react });
        addTimelineRoutes(endpoints, { apis, store, read, views });
        addPostDocuments(endpoints, { kit, apis, store, wire });
      },
      inbound: [
        createPostInbox({ kit, apis, store, reactions, receive, change, react, resolveIri }),
      ],
    },
    api,
  };
}
