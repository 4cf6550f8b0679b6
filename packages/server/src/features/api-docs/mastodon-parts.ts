/** Entities of Mastodon's that others are made of, with what they have in them here. */
import { z } from 'zod';

export const id = z.string().describe('Sorts by time');
export const moment = z.iso.datetime();
export const count = z.int().min(0);
export const text = z.string();
export const flag = z.boolean();

export const Poll = z.looseObject({
  id,
  expires_at: moment.nullable(),
  expired: flag,
  multiple: flag,
  votes_count: count,
  voters_count: count.nullable(),
  options: z.array(z.looseObject({ title: text, votes_count: count.nullable() })),
  emojis: z.array(z.unknown()),
  voted: flag.optional(),
  own_votes: z.array(count).optional(),
});
export const MediaAttachment = z.looseObject({
  id,
  type: z.enum(['unknown', 'image', 'gifv', 'video', 'audio']),
  url: text.nullable().describe('Null while it is made ready'),
  preview_url: text.nullable(),
  remote_url: text.nullish(),
  meta: z.unknown(),
  description: text.nullable(),
  blurhash: text.nullish(),
});
export const Relationship = z.looseObject({
  id,
  following: flag,
  showing_reblogs: flag,
  notifying: flag,
  languages: z.array(text).nullable(),
  followed_by: flag,
  blocking: flag,
  blocked_by: flag,
  muting: flag,
  muting_notifications: flag,
  requested: flag,
  requested_by: flag,
  domain_blocking: flag,
  endorsed: flag,
  note: text,
});
export const CustomEmoji = z.looseObject({
  shortcode: text,
  url: text,
  static_url: text,
  visible_in_picker: flag,
  category: text.nullish(),
});
export const List = z.looseObject({
  id,
  title: text,
  replies_policy: z.enum(['followed', 'list', 'none']),
  exclusive: flag,
});
