/** The instance as Mastodon apps ask for it, v1 and v2, with true limits. */
import { CHARACTERS_PER_URL } from '@mitoyen/protocol';
import type { Kit } from '../../kit.ts';
import { VERSION } from '../../version.ts';
import { PROFILE_LIMITS } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import { MOST_FEATURED_TAGS } from '../tags/tag.ts';
import { THUMBNAIL_BLURHASH } from './assets.ts';
import type { Usage } from './usage.ts';

/**
 * Libraries hide functions unless the version reads as a recent Mastodon: the one whose API we have,
 * with quotes (4.5, version 7 of the API).
 */
const MASTODON = { release: '4.5.0', api: 7 };
export const API_VERSION = `${MASTODON.release} (compatible; Mitoyen ${VERSION})`;

type Facts = {
  kit: Kit;
  contact: AccountView | null;
  usage: Usage;
  pushKey: string;
  mediaTypes: string[];
};

function configuration({ kit, pushKey, mediaTypes }: Facts) {
  const { limits, media } = kit.config;
  const takesVideos = mediaTypes.some((type) => type.startsWith('video/'));
  return {
    urls: {
      streaming: kit.baseUrl.replace(/^http/, 'ws'),
      status: null,
      about: null,
      privacy_policy: null,
      terms_of_service: null,
    },
    vapid: { public_key: pushKey },
    accounts: {
      max_featured_tags: MOST_FEATURED_TAGS,
      max_pinned_statuses: 20,
      max_display_name_length: PROFILE_LIMITS.name,
      max_note_length: PROFILE_LIMITS.bio,
      max_avatar_description_length: PROFILE_LIMITS.description,
      max_header_description_length: PROFILE_LIMITS.description,
      max_profile_fields: PROFILE_LIMITS.fields,
      profile_field_name_limit: PROFILE_LIMITS.field,
      profile_field_value_limit: PROFILE_LIMITS.field,
    },
    statuses: {
      max_characters: limits.post_characters,
      max_media_attachments: limits.post_attachments,
      characters_reserved_per_url: CHARACTERS_PER_URL,
    },
    media_attachments: {
      description_limit: 1500,
      supported_mime_types: mediaTypes,
      image_size_limit: media.max_image_bytes,
      image_matrix_limit: media.max_image_pixels,
      mitoyen: { document_size_limit: media.max_document_bytes, quota: media.quota_bytes },
      video_size_limit: takesVideos ? media.max_video_bytes : 0,
      video_frame_rate_limit: takesVideos ? 60 : 0,
      video_matrix_limit: takesVideos ? media.max_video_pixels : 0,
    },
    polls: {
      max_options: limits.poll_options,
      max_characters_per_option: limits.poll_option_characters,
      min_expiration: limits.poll_min_seconds,
      max_expiration: limits.poll_max_seconds,
    },
    translation: { enabled: kit.config.translation.url !== undefined },
    timelines_access: {
      live_feeds: { local: 'authenticated', remote: 'authenticated' },
      hashtag_feeds: { local: 'authenticated', remote: 'authenticated' },
      trending_link_feeds: { local: 'authenticated', remote: 'authenticated' },
    },
    limited_federation: kit.config.federation.mode !== 'open',
  };
}

/** What the admin expects of members. */
export function viewRules({ config }: Kit) {
  return config.instance.rules.map((text, index) => ({
    id: String(index + 1),
    text,
    hint: '',
    translations: {},
  }));
}

function registrations({ config }: Kit) {
  const { mode } = config.registration;
  return {
    enabled: mode === 'open' || mode === 'approval',
    approval_required: mode === 'approval',
    reason_required: false,
    message: null,
    min_age: null,
    url: null,
  };
}

export function viewInstanceV2(facts: Facts) {
  const { kit } = facts;
  const { instance } = kit.config;
  const asset = (name: string) => `${kit.baseUrl}/assets/${name}.png`;
  return {
    domain: kit.accountDomain,
    title: instance.name,
    version: API_VERSION,
    source_url: 'https://mitoyen.org',
    description: instance.description,
    usage: { users: { active_month: facts.usage.active } },
    thumbnail: {
      url: asset('thumbnail'),
      blurhash: THUMBNAIL_BLURHASH,
      description: instance.name,
      versions: { '@1x': asset('thumbnail'), '@2x': asset('thumbnail@2x') },
    },
    icon: [192, 512].map((side) => ({ src: asset(`icon-${side}`), size: `${side}x${side}` })),
    languages: instance.languages,
    configuration: configuration(facts),
    registrations: registrations(kit),
    api_versions: { mastodon: MASTODON.api },
    contact: { email: instance.contact_email, account: facts.contact },
    rules: viewRules(kit),
  };
}

export function viewInstanceV1(facts: Facts) {
  const { kit } = facts;
  const { instance, registration } = kit.config;
  return {
    uri: kit.accountDomain,
    title: instance.name,
    short_description: instance.description,
    description: instance.description,
    email: instance.contact_email,
    version: API_VERSION,
    urls: { streaming_api: kit.baseUrl.replace(/^http/, 'ws') },
    stats: { user_count: facts.usage.users, status_count: facts.usage.posts, domain_count: 0 },
    thumbnail: `${kit.baseUrl}/assets/thumbnail.png`,
    languages: instance.languages,
    registrations: registration.mode === 'open' || registration.mode === 'approval',
    approval_required: registration.mode === 'approval',
    invites_enabled: registration.mode !== 'closed',
    configuration: configuration(facts),
    contact_account: facts.contact,
    rules: viewRules(kit),
  };
}
