/** What apps read about the server when they start, both versions of it. */
import { z } from 'zod';
import { ENTITIES } from './entities.ts';
import { count, flag, id, moment, text } from './mastodon-parts.ts';

const { Account } = ENTITIES;

const Configuration = z.looseObject({
  urls: z.looseObject({ streaming: text.describe('WebSocket') }),
  vapid: z.looseObject({ public_key: text }),
  accounts: z.looseObject({
    max_featured_tags: count,
    max_pinned_statuses: count,
    max_profile_fields: count,
    profile_field_name_limit: count,
    profile_field_value_limit: count,
  }),
  statuses: z.looseObject({
    max_characters: count,
    max_media_attachments: count,
    characters_reserved_per_url: count,
  }),
  media_attachments: z.looseObject({
    supported_mime_types: z
      .array(text)
      .describe('Videos and sound only where this server can make them ready (ffmpeg)'),
    description_limit: count,
    image_size_limit: count.describe('Bytes'),
    image_matrix_limit: count.describe('Pixels'),
    video_size_limit: count.describe('Bytes; 0 where none are taken'),
    video_frame_rate_limit: count,
    video_matrix_limit: count,
    mitoyen: z.object({ document_size_limit: count, quota: count }).describe('Bytes'),
  }),
  polls: z.looseObject({
    max_options: count,
    max_characters_per_option: count,
    min_expiration: count.describe('Seconds'),
    max_expiration: count,
  }),
  translation: z.looseObject({ enabled: flag }),
});
const Rule = z.looseObject({ id: text, text, hint: text, translations: z.unknown() });

export const INSTANCE_SHAPES = {
  Instance: z.looseObject({
    domain: text,
    title: text,
    version: text.describe('The Mastodon whose API this is, then our own'),
    source_url: text,
    description: text,
    usage: z.looseObject({ users: z.looseObject({ active_month: count }) }),
    thumbnail: z.looseObject({
      url: text,
      blurhash: text.nullable(),
      description: text,
      versions: z.object({ '@1x': text, '@2x': text }),
    }),
    icon: z.array(z.object({ src: text, size: text.describe('As 192x192') })),
    languages: z.array(text),
    configuration: Configuration,
    registrations: z.looseObject({ enabled: flag, approval_required: flag }),
    api_versions: z.looseObject({ mastodon: count }),
    contact: z.looseObject({ email: text, account: Account.nullable() }),
    rules: z.array(Rule),
  }),
  V1Instance: z.looseObject({
    uri: text.describe('The domain of accounts here, without `https://`'),
    title: text,
    short_description: text,
    description: text,
    email: text,
    version: text.describe('As in version 2'),
    urls: z.looseObject({ streaming_api: text.describe('WebSocket') }),
    stats: z.looseObject({ user_count: count, status_count: count, domain_count: count }),
    thumbnail: text,
    languages: z.array(text),
    registrations: flag,
    approval_required: flag,
    invites_enabled: flag,
    configuration: Configuration,
    contact_account: Account.nullable(),
    rules: z.array(Rule),
  }),
  Rule,
  ExtendedDescription: z.looseObject({ updated_at: moment, content: text }),
  Language: z.object({ code: text, name: text }),
  TranslationLanguages: z.record(text, z.array(text)).describe('Targets by source'),
  Application: z.looseObject({
    id,
    name: text,
    website: text.nullable(),
    scopes: z.array(text),
    redirect_uri: text,
    redirect_uris: z.array(text),
    vapid_key: text,
  }),
  CredentialApplication: z.looseObject({
    id,
    name: text,
    website: text.nullable(),
    scopes: z.array(text),
    redirect_uri: text,
    redirect_uris: z.array(text),
    vapid_key: text,
    client_id: text,
    client_secret: text,
    client_secret_expires_at: count.describe('0: never'),
  }),
  Token: z.looseObject({
    access_token: text,
    token_type: z.literal('Bearer'),
    scope: text,
    created_at: count.describe('Seconds since 1970'),
  }),
  Userinfo: z.object({
    iss: text,
    sub: text.describe('The id of the actor'),
    name: text,
    preferred_username: text,
    profile: text,
  }),
} as const;
