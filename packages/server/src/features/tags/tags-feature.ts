/** The tags feature: hashtags to follow, and to show on profiles. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { everyPage } from '../../personal-data.ts';
import { MOST_FOLLOWED_TAGS } from './tag.ts';
import { addTagRoutes } from './tag-routes.ts';
import { createTagStore, tagIndexes } from './tag-store.ts';
import type { Tags } from './tags.ts';
import { createViewTags } from './view-tags.ts';

export function createTagsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Tags } {
  const followed = createTagStore(kit.mongo, 'followed_tags');
  const featured = createTagStore(kit.mongo, 'featured_tags');
  const urlOf = (tag: string) => `${kit.baseUrl}/tags/${encodeURIComponent(tag)}`;
  const viewTags = createViewTags({ followed, featured, urlOf });
  kit.events.on('account.deleted', async ({ id }) => {
    await followed.removeOf(id);
    await featured.removeOf(id);
  });

  return {
    feature: {
      name: 'tags',
      indexes: tagIndexes,
      personalData: [
        {
          name: 'followed_tags',
          read: (account) => everyPage((page) => followed.list(account, page)),
        },
        {
          name: 'featured_tags',
          read: (account) => everyPage((page) => featured.list(account, page)),
        },
      ],
      routes: (endpoints) =>
        addTagRoutes(endpoints, { kit, apis, followed, featured, urlOf, viewTags }),
    },
    api: {
      present: viewTags,
      followedBy: async (account) =>
        (await followed.list(account, { limit: MOST_FOLLOWED_TAGS })).map((row) => row.tag),
    },
  };
}
