/**
 * HTML as text, cleaned without a parser of the browser: what comes out consists of the tags on the
 * list, with `href` and `class` alone, and of text. For the Trusted Types policy, which may let
 * nothing else become markup. One pass; each character is looked at a few times at most.
 */
export const ALLOWED = new Set(
  'p br a span strong b em i del code pre blockquote ul ol li h1 h2 h3 h4 hr table thead tbody tr th td'.split(
    ' ',
  ),
);
/** Left out with all that is in them. */
export const DROPPED = new Set(
  'script style template iframe object svg math noscript xmp noembed noframes textarea title'.split(
    ' ',
  ),
);
/** More than any attribute of ours; what is longer is not worth its time. */
const MOST_ATTRIBUTES = 8000;
const HREF = /^(https?:\/\/|mailto:|\/)/i;

export function cleanHtml(html: string): string {
  // Of ASCII alone: other letters may change their length.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let out = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) return out + text(html.slice(at));
    out += text(html.slice(at, open));
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 4);
      continue;
    }
    const name = /^<\/?([a-z][a-z0-9]*)|^<[!?/]/i.exec(html.slice(open, open + 40));
    if (!name) {
      out += '&lt;';
      at = open + 1;
      continue;
    }
    const close = endOfTag(html, open + 1);
    if (close < 0) return out + text(html.slice(open));
    const tag = name[1]?.toLowerCase() ?? '';
    const isEnd = html[open + 1] === '/';
    const rest = html.slice(open + name[0].length, close);
    at = close + 1;
    if (DROPPED.has(tag) && !isEnd) at = after(html, '>', after(lower, `</${tag}`, at));
    else if (ALLOWED.has(tag)) out += isEnd ? `</${tag}>` : `<${tag}${attributes(rest)}>`;
  }
  return out;
}

/** Where a tag ends: the first ">" that is not within quotes. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at += 1) {
    const one = html[at] ?? '';
    if (quote) quote = one === quote ? '' : quote;
    else if (one === '"' || one === "'") quote = one;
    else if (one === '>') return at;
  }
  return -1;
}

function attributes(rest: string): string {
  if (rest.length > MOST_ATTRIBUTES) return '';
  let out = '';
  for (const [, name = '', double, single, bare] of rest.matchAll(
    /(?<![^\s"'/])(href|class)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi,
  )) {
    const value = double ?? single ?? bare ?? '';
    if (name.toLowerCase() === 'href' && !HREF.test(value)) continue;
    out += ` ${name.toLowerCase()}="${text(value).replaceAll('"', '&quot;')}"`;
  }
  return out;
}

function after(html: string, what: string, from: number): number {
  const found = html.indexOf(what, from);
  return found < 0 ? html.length : found + what.length;
}

const text = (words: string): string => words.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
