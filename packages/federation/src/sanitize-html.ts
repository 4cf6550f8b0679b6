/** Remote HTML: an allow list, bounded, links made safe and honest. Never throws. */
import sanitize from 'sanitize-html';
import { LIMITS } from './limits.ts';

const OPTIONS: sanitize.IOptions = {
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
    span: ['h-card', 'mention', 'hashtag', 'ellipsis', 'invisible', 'p-name'],
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
    a: (tagName, attributes) => ({
      tagName,
      attribs: { ...attributes, rel: 'nofollow noopener noreferrer', target: '_blank' },
    }),
  },
};

/** Sanitized HTML; what cannot be read becomes escaped text. */
export function sanitizeRemoteHtml(html: string): string {
  const bounded = html.slice(0, LIMITS.htmlCharacters);
  try {
    return honestLinks(sanitize(bounded, OPTIONS));
  } catch {
    return escapeHtml(bounded.replace(/<[^>]{0,1000}>/g, ' '));
  }
}

/** A link whose text shows another host than it leads to gets its real host beside it. */
function honestLinks(html: string): string {
  return html.replace(
    /<a ([^>]*)>((?:(?!<\/a>).){0,2000})<\/a>/gs,
    (whole, attributes: string, inner: string) => {
      const href = /href="([^"]*)"/.exec(attributes)?.[1]?.replace(/&amp;/g, '&');
      const shown =
        /^\s*(?:https?:\/\/)?((?:[a-z0-9\u00a1-\uffff-]+\.)+[a-z\u00a1-\uffff]{2,})(?:[:/?#]|\s*$)/iu.exec(
          htmlToText(inner),
        )?.[1];
      if (!href || !shown) return whole;
      const host = URL.parse(href)?.hostname;
      const claimed = URL.parse(`https://${shown}`)?.hostname;
      if (!host || !claimed || stripWww(host) === stripWww(claimed)) return whole;
      return `<a ${attributes}>${inner} [${escapeHtml(host)}]</a>`;
    },
  );
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
    .replace(/<[^>]*>/g, '');
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
