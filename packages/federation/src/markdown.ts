/** Markdown of local posts to HTML, with mentions and hashtags found outside code and links. */
import MarkdownIt from 'markdown-it';
import { escapeHtml, sanitizeRemoteHtml } from './sanitize-html.ts';

export type RenderedMarkdown = {
  html: string;
  /** Handles as written, without the leading @, in order, without repeats; only those that were resolved. */
  mentions: string[];
  /** Lower case, without #. */
  hashtags: string[];
};

const MENTION =
  /(^|[^\p{L}\p{N}@/_.-])@([\p{L}\p{N}_][\p{L}\p{N}_.-]*[\p{L}\p{N}_]|[\p{L}\p{N}_])(?:@((?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+(?::\d{1,5})?))?/gu;
const HASHTAG = /(^|[^\p{L}\p{N}#&/_])#([\p{L}\p{N}_·]{1,100})/gu;

const parser = new MarkdownIt({
  html: false,
  linkify: true,
  breaks: true,
  typographer: false,
}).disable(['image', 'table', 'reference']);
// Only what carries its scheme or www is a link; "README.md" is not.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** The handles that a text mentions, to be resolved before it is rendered. */
export function mentionedHandles(source: string): string[] {
  const handles: string[] = [];
  renderMarkdown(source, {
    mentions: (handle) => {
      handles.push(handle);
      return null;
    },
    hashtagUrl: () => '#',
  });
  return [...new Set(handles)];
}

/** Renders, and sanitizes like everything else that is shown. */
export function renderMarkdown(
  source: string,
  options: {
    mentions: (handle: string) => { href: string; url: string } | null;
    hashtagUrl: (tag: string) => string;
  },
): RenderedMarkdown {
  const mentions = new Set<string>();
  const hashtags = new Set<string>();

  function linkText(content: string): string {
    let html = '';
    let end = 0;
    for (const { index, length, before, shown, handle, tag } of found(content)) {
      const link = handle === undefined ? hashtagLink(tag ?? '') : mentionLink(handle, shown);
      if (link === null) continue;
      html += escapeHtml(content.slice(end, index)) + escapeHtml(before) + link;
      end = index + length;
    }
    return html + escapeHtml(content.slice(end));
  }

  function mentionLink(handle: string, shown: string): string | null {
    const target = options.mentions(handle);
    if (!target) return null;
    mentions.add(handle);
    return `<span class="h-card" translate="no"><a href="${escapeHtml(target.url)}" class="u-url mention">@<span>${escapeHtml(shown)}</span></a></span>`;
  }

  function hashtagLink(tag: string): string | null {
    if (/^\d+$/.test(tag)) return null;
    const name = tag.toLowerCase();
    hashtags.add(name);
    return `<a href="${escapeHtml(options.hashtagUrl(name))}" class="mention hashtag" rel="tag">#<span>${escapeHtml(tag)}</span></a>`;
  }

  const tokens = parser.parse(source, {});
  for (const token of tokens) {
    let inLink = 0;
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') inLink += 1;
      if (child.type === 'link_close') inLink -= 1;
      if (child.type === 'text' && inLink === 0) {
        child.type = 'html_inline';
        child.content = linkText(child.content);
      }
    }
  }
  const html = sanitizeRemoteHtml(parser.renderer.render(tokens, parser.options, {})).trim();
  return { html, mentions: [...mentions], hashtags: [...hashtags] };
}

type Found = {
  index: number;
  length: number;
  before: string;
  shown: string;
  handle?: string;
  tag?: string;
};

/** Mentions and hashtags of a text, in order, not overlapping. */
function found(content: string): Found[] {
  const handles = [...content.matchAll(MENTION)].map((match): Found => {
    const [whole, before = '', name = '', host] = match;
    return {
      index: match.index,
      length: whole.length,
      before,
      shown: name,
      handle: host ? `${name}@${host}` : name,
    };
  });
  const tags = [...content.matchAll(HASHTAG)].map(
    (match): Found => ({
      index: match.index,
      length: match[0].length,
      before: match[1] ?? '',
      shown: match[2] ?? '',
      tag: match[2] ?? '',
    }),
  );
  let end = 0;
  return [...handles, ...tags]
    .sort((a, b) => a.index - b.index)
    .filter((one) => {
      if (one.index < end) return false;
      end = one.index + one.length;
      return true;
    });
}
