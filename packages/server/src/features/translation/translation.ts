/** Translation: what is sent to the organization's own translation server, and what comes back. */
import type { Post } from '../posts/post.ts';

export type TranslatedTexts = {
  html: string;
  warning: string;
  options: string[];
  descriptions: string[];
  /** Of the text, as the server found it. */
  detected: string;
};

export type Translator = {
  /** Codes of targets by code of source. */
  languages: () => Promise<Record<string, string[]>>;
  /** @throws where the server does not answer as it should */
  translate: (
    texts: { html: string; warning: string; options: string[]; descriptions: string[] },
    languages: { source: string | null; target: string },
  ) => Promise<TranslatedTexts>;
  close: () => Promise<void>;
};

/** Messages are between people; other posts as far as the admin lets them go to the server. */
export function mayTranslate(
  post: Pick<Post, 'audience' | 'readers'>,
  scope: 'public' | 'all',
): boolean {
  if (post.audience === 'direct') return false;
  return scope === 'all' || post.readers.includes('public');
}
