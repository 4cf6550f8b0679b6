/** What Mastodon's entities have in them here: every answer of the tests is held against these. */
import { z } from 'zod';
import { ENTITIES } from './entities.ts';
import { INSTANCE_SHAPES } from './mastodon-instance-shapes.ts';
import { OWN_SHAPES } from './mastodon-own-shapes.ts';
import {
  CustomEmoji,
  count,
  flag,
  id,
  List,
  MediaAttachment,
  moment,
  Poll,
  Relationship,
  text,
} from './mastodon-parts.ts';

const { Account, Status } = ENTITIES;

export const SHAPES: Record<string, z.ZodType> = {
  ...INSTANCE_SHAPES,
  ...OWN_SHAPES,
  Poll,
  MediaAttachment,
  Relationship,
  CustomEmoji,
  List,
  CredentialAccount: Account.extend({
    source: z.looseObject({
      privacy: z.enum(['public', 'unlisted', 'private', 'direct']),
      sensitive: flag,
      language: text.nullable(),
      note: text.describe('As it was written'),
      fields: z.array(z.looseObject({ name: text, value: text })),
      follow_requests_count: count,
      hide_collections: flag,
      discoverable: flag,
      indexable: flag,
      quote_policy: z.enum(['public', 'followers', 'nobody']),
    }),
    role: z.looseObject({ id: text, name: text, permissions: text }),
  }),
  Notification: z.looseObject({
    id,
    type: text.describe('Types of ours, `mitoyen.*`, only where `mitoyen=1` is asked for'),
    group_key: text,
    created_at: moment,
    account: Account,
    status: Status.optional(),
  }),
  Conversation: z.looseObject({
    id,
    unread: flag,
    accounts: z.array(Account),
    last_status: Status.nullable(),
  }),
  Context: z.object({ ancestors: z.array(Status), descendants: z.array(Status) }),
  StatusSource: z.looseObject({ id, text, spoiler_text: text }),
  StatusEdit: z.looseObject({
    content: text.describe('HTML'),
    spoiler_text: text,
    sensitive: flag,
    created_at: moment,
    account: Account,
    media_attachments: z.array(MediaAttachment),
    emojis: z.array(CustomEmoji),
    poll: z.looseObject({ options: z.array(z.looseObject({ title: text })) }).nullish(),
    quote: z.looseObject({ state: text, quoted_status_id: id.nullable() }).nullish(),
  }),
};
