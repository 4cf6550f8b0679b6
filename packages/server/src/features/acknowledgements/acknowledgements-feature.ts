/** The acknowledgements feature: must-read posts, and who has seen what. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createAcknowledgePosts } from './acknowledge-post.ts';
import { addAcknowledgementRoutes } from './acknowledgement-routes.ts';
import { acknowledgementIndexes, createAcknowledgementStore } from './acknowledgement-store.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { createSeePosts } from './see-posts.ts';

export function createAcknowledgementsFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Acknowledgements } {
  const store = createAcknowledgementStore(kit.mongo);
  const posts = createAcknowledgePosts({ kit, apis, store });
  const seeing = createSeePosts({ kit, apis, store });

  kit.events.on('account.deleted', ({ id }) => store.removeOf(id));
  kit.events.on('post.deleted', ({ id }) => store.purgePosts([id]));
  // Who has to read is told, beside seeing it in the feed.
  kit.events.on('post.published', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post?.mustRead || post.deletedAt !== undefined) return;
    const readers = await posts.expected(post);
    await apis.notifications.notify(
      readers.map((account) => ({
        account,
        type: 'mitoyen.must_read',
        from: post.author,
        post: id,
        ...(post.group && { group: post.group }),
        key: `must_read:${id}`,
      })),
    );
  });
  // The author's server counts, where both want that.
  kit.events.on('post.acknowledged', async ({ id }) => {
    const row = await store.get(id);
    if (row) await apis.posts.tellRead(row.post, row.account);
  });

  return {
    feature: {
      name: 'acknowledgements',
      indexes: acknowledgementIndexes,
      pending: ['acknowledgements'],
      routes: (endpoints) => addAcknowledgementRoutes(endpoints, { apis, store, posts, seeing }),
    },
    api: {
      among: async (ids, viewer) => {
        if (ids.length === 0) return new Map();
        const mine = viewer ? await store.mineAmong(viewer, ids) : new Set<string>();
        const counts = await Promise.all(ids.map((id) => store.count(id)));
        return new Map(
          ids.map((id, index) => [id, { count: counts[index] ?? 0, me: mine.has(id) }]),
        );
      },
      confirmedBy: store.readersAmong,
      receive: async (post, account) => {
        await store.add({ _id: kit.nextId(), post, account, at: kit.clock.now() });
      },
      purge: store.purgePosts,
    },
  };
}
