/** Mastodon's `Profile` (4.6): one's own profile as it is edited, in its source. */
import type { AccountView } from './accounts.ts';

export function profileView(own: AccountView) {
  const source = own.source as Record<string, unknown>;
  const { id, display_name, avatar, avatar_static, header, header_static, locked, bot } = own;
  const { avatar_description, header_description } = own;
  return {
    id,
    display_name,
    note: source.note,
    fields: source.fields,
    avatar,
    avatar_static,
    avatar_description,
    header,
    header_static,
    header_description,
    locked,
    bot,
    discoverable: source.discoverable,
    indexable: source.indexable,
    hide_collections: source.hide_collections,
    attribution_domains: source.attribution_domains,
    show_featured: true,
    show_media: true,
    show_media_replies: true,
  };
}
