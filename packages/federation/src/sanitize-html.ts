/** Remote HTML: an allow list, bounded, links made safe and honest. Never throws. */
import { createRequire } from 'node:module';
import type Sanitize from 'sanitize-html';
import { LIMITS } from './limits.ts';
import { lazily } from './load-lazily.ts';

const require = createRequire(import.meta.url);
/** A long text takes the long road: its cost is not in the tags, and the pattern stays cheap. */
const PLAIN_CHARACTERS = 5_000;
const sanitizer = lazily(() => require('sanitize-html') as typeof Sanitize);

const OPTIONS: Sanitize.IOptions = {
  allowedTags: [
    'p',
    'br',
    'span',
    'a',
    'del',
    's',
    'pre',
    'blockquote',
    'code',
    'b',
    'strong',
    'u',
    'i',
    'em',
    'ul',
    'ol',
    'li',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
  ],
  allowedAttributes: {
    a: ['href', 'rel', 'class', 'target', 'translate'],
    span: ['class', 'translate'],
    ol: ['start', 'reversed'],
    li: ['value'],
    p: ['class'],
  },
  allowedClasses: {
    a: ['mention', 'hashtag', 'u-url', 'u-in-reply-to'],
    // Not Mastodon's `invisible` and `ellipsis`: text that is hidden could make a link lie.
    span: ['h-card', 'mention', 'hashtag', 'p-name'],
    p: ['quote-inline'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'svg',
    'math',
    'iframe',
    'template',
  ],
  nestingLimit: 40,
  transformTags: {
    h1: 'h3',
    h2: 'h4',
    a: (tagName, { href, ...attributes }) => ({
      tagName,
      attribs: {
        ...(isAbsolute(href) && { href }),
        ...attributes,
        rel: 'nofollow noopener noreferrer',
        target: '_blank',
      },
    }),
  },
};

/** A relative link of somebody else's text would lead into our own pages. */
function isAbsolute(href: string | undefined): href is string {
  return href !== undefined && /^(?:https?:\/\/|mailto:)/i.test(href) && URL.canParse(href);
}

/** Paragraphs of plain text, which most posts are: nothing in them needs sanitizing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sanitizer replaces it
const PLAIN = /^(?:<p>(?:[^<>&\u0000]|<br \/>|&(?:amp|lt|gt);)*<\/p>)+$/;

/** Sanitized HTML; what cannot be read becomes escaped text. */
export function sanitizeRemoteHtml(html: string): string {
  const bounded = html.slice(0, LIMITS.htmlCharacters);
  if (bounded.length < PLAIN_CHARACTERS && PLAIN.test(bounded)) return bounded;
  try {
    return honestLinks(sanitizer()(bounded, OPTIONS));
  } catch {
    return escapeHtml(bounded.replace(/<[^<>]*>/g, ' '));
  }
}

/**
 * A link whose text shows another host than it leads to gets its real host beside it. One pass
 * over what the sanitizer wrote, where quotes are double and no attribute contains `>`.
 */
function honestLinks(html: string): string {
  let honest = '';
  let from = 0;
  for (let start = html.indexOf('<a '); start !== -1; start = html.indexOf('<a ', from)) {
    const inner = html.indexOf('>', start) + 1;
    const end = linkEnd(html, inner);
    const host = hiddenHost(html.slice(start, inner), html.slice(inner, end));
    honest += html.slice(from, end) + (host ? ` [${escapeHtml(host)}]` : '');
    from = end;
  }
  return honest + html.slice(from);
}

/** Where the text of a link ends: at its end tag, or where another link begins. */
function linkEnd(html: string, inner: number): number {
  const ends = [html.indexOf('</a>', inner), html.indexOf('<a ', inner)].filter((at) => at !== -1);
  return ends.length > 0 ? Math.min(...ends) : html.length;
}

/** The host that a link leads to, where its text shows another. */
function hiddenHost(tag: string, inner: string): string | null {
  const href = /href="([^"]*)"/.exec(tag)?.[1];
  const host = URL.parse(decodeEntities(href ?? ''))?.hostname;
  if (!host) return null;
  const lies = shownHosts(htmlToText(inner)).some((shown) => stripWww(shown) !== stripWww(host));
  return lies ? host : null;
}

/** Words that look like a host but are file names; none of these is a top-level domain. */
const FILE_NAME =
  /\.(?:js|ts|json|ya?ml|toml|txt|html?|css|svg|pdf|png|jpe?g|gif|docx?|xlsx?|pptx?|csv|xml)$/i;

/** The hosts that a link's text claims: of every address in it, and what it begins with. */
function shownHosts(text: string): string[] {
  // Invisible characters (zero width, direction marks) could hide a host from us only.
  const plain = text.slice(0, 5000).replace(/[\p{Cf}\s]+/gu, (run) => (/\s/.test(run) ? ' ' : ''));
  const beginning = /^ ?((?:[\p{L}\p{N}-]{1,63}\.){1,10}[\p{L}-]{2,63})(?=[:/?#. ]|$)/u.exec(plain);
  const names = [...plain.matchAll(/https?:\/\/([^\s/?#"<>]{1,253})/giu)].map((one) => one[1]);
  if (beginning?.[1] && !FILE_NAME.test(beginning[1])) names.push(beginning[1]);
  return names.flatMap((name) => URL.parse(`https://${name}`)?.hostname ?? []);
}

function stripWww(host: string): string {
  return host.replace(/^www\./, '');
}

export function escapeHtml(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Plain text of HTML: for previews, notifications and search. */
export function htmlToText(html: string): string {
  const lines = html
    .replace(/<br\s*\/?>|<\/(p|li|div|h\d|blockquote|pre)>/gi, '\n')
    .replace(/<[^<>]*>/g, '');
  return decodeEntities(lines)
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decodeEntities(value: string): string {
  return value.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name.toLowerCase()] ?? whole;
    const code =
      name[1] === 'x' || name[1] === 'X'
        ? Number.parseInt(name.slice(2), 16)
        : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : whole;
  });
}
