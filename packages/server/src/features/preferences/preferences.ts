/** What somebody chose for reading and posting. Only they see it. */
import type { Audience } from '../posts/post.ts';

export const EXPAND_MEDIA = ['default', 'show_all', 'hide_all'] as const;
/** Audiences that posts can have by default, as apps name them. */
export const DEFAULT_VISIBILITIES = ['public', 'unlisted', 'private', 'direct', 'company'] as const;

/** Who may quote a post. */
export const QUOTE_POLICIES = ['public', 'followers', 'nobody'] as const;
export type QuotePolicy = (typeof QUOTE_POLICIES)[number];

export type PreferenceSet = {
  visibility: (typeof DEFAULT_VISIBILITIES)[number];
  sensitive: boolean;
  /** Who may quote new posts. */
  quotePolicy: QuotePolicy;
  expandMedia: (typeof EXPAND_MEDIA)[number];
  expandSpoilers: boolean;
  autoplayGifs: boolean;
  /** Others may learn what this person has read, and whether they are there; and they of others. */
  readReceipts: boolean;
  presence: boolean;
  /** Has seen the screen that welcomes who is new. */
  welcomed: boolean;
};

export const DEFAULTS: PreferenceSet = {
  visibility: 'public',
  sensitive: false,
  quotePolicy: 'public',
  expandMedia: 'default',
  expandSpoilers: false,
  autoplayGifs: false,
  readReceipts: true,
  presence: true,
  welcomed: false,
};

export type Preferences = {
  of: (account: string) => Promise<PreferenceSet>;
  set: (account: string, change: Partial<PreferenceSet>) => Promise<PreferenceSet>;
};

/**
 * In the four words that Mastodon has. Apps send the word back with each post, so for people whose
 * posts go to the company it has to mean the company again: see `meantBy`.
 */
export function mastodonVisibility(visibility: PreferenceSet['visibility']) {
  return visibility === 'company' ? 'private' : visibility;
}

/** What an app without our words means by `private`: what it was told that this person's default is. */
export function meantBy(
  visibility: string | null | undefined,
  of: Pick<PreferenceSet, 'visibility'>,
): string | null | undefined {
  return visibility === 'private' && of.visibility === 'company' ? 'company' : visibility;
}

export function audienceOf(visibility: PreferenceSet['visibility']): Audience {
  return visibility === 'private' ? 'followers' : visibility;
}
