/** A post that goes over the wire as an Article: with a title, and longer than what is read in passing. Pure. */
import { htmlToText } from '@mitoyen/federation';
import type { Post } from './post.ts';

/**
 * Mastodon shows an Article by its title, summary and a link alone, and the page behind the link
 * wants a sign-in: so only what nobody reads to its end in a feed. See docs/decisions/0013.
 */
export const ARTICLE_CHARACTERS = 5000;
/** As FEP-b2b8 advises. */
const SUMMARY_CHARACTERS = 500;

export type Article = {
  title: string;
  /** What comes after the title. */
  html: string;
  /** Its first words, as plain text. */
  summary: string;
};

type Text = Pick<Post, 'html' | 'warning' | 'inReplyToIri' | 'audience'> &
  Partial<Pick<Post, 'poll' | 'event' | 'praise'>>;

/** Null for all that is a Note. A warning stays one: the summary of an Article is none. */
export function articleOf(post: Text): Article | null {
  const { html, warning, inReplyToIri, audience, poll, event, praise } = post;
  if (poll || event || praise || warning !== '' || inReplyToIri || audience === 'direct')
    return null;
  const [heading = '', inner = ''] = /^<h\d>(.*?)<\/h\d>\s*/s.exec(html) ?? [];
  const title = htmlToText(inner).trim();
  if (title === '') return null;
  const rest = html.slice(heading.length);
  const text = htmlToText(rest).trim();
  if ([...text].length <= ARTICLE_CHARACTERS) return null;
  return { title, html: rest, summary: firstWords(text) };
}

/** Cut between words. */
function firstWords(text: string): string {
  const start = [...text.replace(/\s+/g, ' ')].slice(0, SUMMARY_CHARACTERS).join('');
  return `${start.slice(0, Math.max(start.lastIndexOf(' '), 1))}…`;
}
