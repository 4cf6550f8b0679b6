/** The emojis feature: small pictures of the house's own. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { type CustomEmoji, MOST_REMEMBERED, SHORTCODE } from './custom-emoji.ts';
import { addEmojiRoutes } from './emoji-routes.ts';
import { createEmojiStore, emojiIndexes } from './emoji-store.ts';
import type { Emojis, EmojiView, WireEmoji } from './emojis.ts';
import { createManageEmojis } from './manage-emojis.ts';

export function createEmojisFeature(kit: Kit, apis: Apis): { feature: Feature; api: Emojis } {
  const store = createEmojiStore(kit.mongo);
  const manage = createManageEmojis({ kit, apis, store });

  async function urlsOf(emojis: CustomEmoji[]): Promise<Map<string, string>> {
    const media = await apis.media.getMany(emojis.map((emoji) => emoji.media));
    return new Map(
      media.flatMap((one) => {
        const url = apis.media.urlOf(one, 'original');
        return url ? [[one._id, url] as const] : [];
      }),
    );
  }

  async function present(emojis: CustomEmoji[]): Promise<EmojiView[]> {
    const urls = await urlsOf(emojis);
    return emojis.flatMap(({ shortcode, visible, category, media }) => {
      const url = urls.get(media);
      if (!url) return [];
      const shown = { visible_in_picker: visible, category: category ?? null };
      return [{ shortcode, url, static_url: url, ...shown }];
    });
  }

  async function wire(emojis: CustomEmoji[]): Promise<WireEmoji[]> {
    const urls = await urlsOf(emojis);
    return emojis.flatMap(({ _id, shortcode, media, updatedAt }) => {
      const url = urls.get(media);
      const updated = new Date(updatedAt).toISOString();
      return url ? [{ id: `${kit.baseUrl}/emojis/${_id}`, name: shortcode, url, updated }] : [];
    });
  }

  return {
    feature: {
      name: 'emojis',
      indexes: emojiIndexes,
      routes: (endpoints) => addEmojiRoutes(endpoints, { kit, apis, store, manage, present, wire }),
    },
    api: {
      named: async (shortcodes) => {
        if (shortcodes.length === 0) return new Map();
        const views = await present(await store.named(shortcodes));
        return new Map(views.map((view) => [view.shortcode, view]));
      },
      remember: async (owner, told) => {
        const found = told.flatMap(({ name, url }) => {
          const shortcode = name.replace(/^:|:$/g, '');
          return SHORTCODE.test(shortcode) ? [{ shortcode, url }] : [];
        });
        const kept = await Promise.all(
          found.slice(0, MOST_REMEMBERED).map(async ({ shortcode, url }) => {
            const picture = { url, mediaType: '', alt: '', purpose: 'emoji' as const };
            const [media] = await apis.media.remember(owner, [picture]);
            return media ? [{ shortcode, media }] : [];
          }),
        );
        return kept.flat();
      },
      wire: async (shortcodes) =>
        shortcodes.length > 0 ? wire(await store.named(shortcodes)) : [],
    },
  };
}
