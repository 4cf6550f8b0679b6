/** Mastodon `Announcement` entities. */
import type { Apis } from '../../apis.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { EmojiView } from '../emojis/emojis.ts';
import type { Announcement } from './announcement.ts';
import type { AnnouncementStore } from './announcement-store.ts';

export type AnnouncementView = { id: string } & Record<string, unknown>;

export function createAnnouncementViews(deps: { apis: Apis; store: AnnouncementStore }) {
  const { apis, store } = deps;

  return async function present(
    announcements: Announcement[],
    viewer: string,
  ): Promise<AnnouncementView[]> {
    const ids = announcements.map((one) => one._id);
    const [read, reactions] = await Promise.all([
      store.readAmong(viewer, ids),
      store.reactions(ids),
    ]);
    const names = reactions.map((reaction) => reaction.name);
    const emojis = await apis.emojis.named(
      shortcodesIn(...announcements.map((one) => one.source), ...names),
    );
    const byId = Map.groupBy(reactions, (reaction) => reaction.announcement);
    return announcements.map((one) => {
      const byName = Map.groupBy(byId.get(one._id) ?? [], (reaction) => reaction.name);
      return {
        id: one._id,
        content: one.html,
        starts_at: dateOf(one.startsAt),
        ends_at: dateOf(one.endsAt),
        all_day: one.allDay,
        published_at: new Date(one.publishedAt).toISOString(),
        updated_at: new Date(one.updatedAt).toISOString(),
        read: read.has(one._id),
        mentions: [],
        statuses: [],
        tags: [],
        emojis: shortcodesIn(one.source).flatMap((name) => emojis.get(name) ?? []),
        reactions: [...byName].map(([name, of]) => ({
          name,
          count: of.length,
          me: of.some((reaction) => reaction.account === viewer),
          ...pictureOf(emojis.get(name.replace(/^:|:$/g, ''))),
        })),
      };
    });
  };
}

function pictureOf(emoji: EmojiView | undefined) {
  return emoji && { url: emoji.url, static_url: emoji.static_url };
}

function dateOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
