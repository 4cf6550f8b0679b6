/** What a copy keeps of a post, by the level that was agreed: pure. */
import { escapeHtml, htmlToText } from '@mitoyen/federation';
import type { CopyLevel } from '../partners/partners.ts';
import type { Post } from './post.ts';

/** Characters of the first words. */
const MOST_FIRST_WORDS = 120;

type Content = Pick<Post, 'html' | 'title' | 'warning' | 'media' | 'hashtags'> &
  Partial<Pick<Post, 'emojis' | 'poll' | 'event' | 'praise' | 'card'>>;

/** Headers: the title and the first words of what has no warning. None: that it is there. */
export function keptOf(content: Content, level: CopyLevel): Content {
  if (level === 'full') return content;
  if (level === 'none') return { html: '', title: '', warning: '', media: [], hashtags: [] };
  const { title, warning, hashtags } = content;
  const html = warning === '' ? firstWords(content) : '';
  return { html, title, warning, media: [], hashtags };
}

function firstWords({ html, event, praise, title }: Content): string {
  const text = htmlToText(event?.description ?? praise?.text ?? html).trim();
  const line = text.split('\n').find((one) => one.trim() !== '' && one.trim() !== title) ?? '';
  const short = line.length > MOST_FIRST_WORDS || line.length < text.length;
  const words = [...line].slice(0, MOST_FIRST_WORDS).join('').trim();
  return words === '' ? '' : `<p>${escapeHtml(words)}${short ? '…' : ''}</p>`;
}
