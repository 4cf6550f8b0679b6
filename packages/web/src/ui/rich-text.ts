/**
 * HTML of posts as nodes. The server has sanitized it; here its text is cleaned, read in an inert
 * document, and only what is on the list is built anew, so that a mistake there is not one here.
 */
import { go } from '../router/router.svelte.ts';
import { ALLOWED, cleanHtml, DROPPED } from './clean-html.ts';

type Mention = { url: string; acct: string };
type Picture = { shortcode: string; url: string };
type Policy = { createHTML: (html: string) => string };

const policy: Policy = (
  globalThis as { trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }
).trustedTypes?.createPolicy('mitoyen-html', { createHTML: cleanHtml }) ?? {
  createHTML: cleanHtml,
};

/** For `{@attach richText(html)}`: fills the element. */
export function richText(html: string, mentions: Mention[] = [], emojis: Picture[] = []) {
  return (element: Element): void => {
    element.replaceChildren(toNodes(html, mentions));
    if (emojis.length > 0) showEmojis(element, emojis);
  };
}

/** Lists ask for the words of the same texts whenever something in them changes. */
const words = new Map<string, string>();
const MOST_WORDS = 300;

/** Only the words, on one line. */
export function plainText(html: string): string {
  const known = words.get(html);
  if (known !== undefined) return known;
  const parsed = parse(html.replace(/<(br|\/p|\/li)[^>]*>/gi, ' '));
  const text = (parsed.body.textContent ?? '').replace(/\s+/g, ' ').trim();
  if (words.size >= MOST_WORDS) words.clear();
  words.set(html, text);
  return text;
}

export function toNodes(html: string, mentions: Mention[] = []): DocumentFragment {
  const fragment = document.createDocumentFragment();
  copy(parse(html).body, fragment, new Map(mentions.map((one) => [one.url, one.acct])));
  return fragment;
}

/** Names of the house's own emojis become their pictures; not in code. */
function showEmojis(element: Element, emojis: Picture[]): void {
  const urls = new Map(emojis.map((one) => [`:${one.shortcode}:`, one.url]));
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    const parts = text.data.split(/(:[\w-]+:)/);
    if (!parts.some((part) => urls.has(part)) || text.parentElement?.closest('code,pre')) continue;
    text.replaceWith(...parts.map((part) => picture(part, urls.get(part))));
  }
}

function picture(name: string, url: string | undefined): Node {
  if (!url) return document.createTextNode(name);
  const made = document.createElement('img');
  Object.assign(made, { src: url, alt: name, title: name, className: 'emoji', loading: 'lazy' });
  return made;
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
}

function copy(from: Node, to: Node, mentions: Map<string, string>): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE)
      to.appendChild(document.createTextNode(node.nodeValue ?? ''));
    if (!(node instanceof Element) || DROPPED.has(node.tagName.toLowerCase())) continue;
    const made = ALLOWED.has(node.tagName.toLowerCase()) ? element(node, mentions) : null;
    copy(node, made ?? to, mentions);
    if (made) to.appendChild(made);
  }
}

function element(node: Element, mentions: Map<string, string>): Element {
  if (node.tagName === 'A') return link(node, mentions);
  const made = document.createElement(/^H[1-4]$/.test(node.tagName) ? 'p' : node.tagName);
  if (made.tagName === 'P' && node.tagName !== 'P') made.className = 'rich-heading';
  if (/\binvisible\b/.test(node.className)) made.className = 'invisible';
  if (/\bellipsis\b/.test(node.className)) made.className = 'ellipsis';
  return made;
}

function link(node: Element, mentions: Map<string, string>): Element {
  const address = node.getAttribute('href') ?? '';
  const url = address ? URL.parse(address, location.origin) : null;
  if (!url || !/^(https?|mailto):$/.test(url.protocol)) return document.createElement('span');
  const made = document.createElement('a');
  const acct = mentions.get(address);
  const tag = /\bhashtag\b/.test(node.className) ? node.textContent?.replace(/^#/, '') : undefined;
  if (acct !== undefined) made.href = `/@${acct}`;
  else if (tag) made.href = `/tags/${encodeURIComponent(tag)}`;
  else {
    made.href = url.href;
    if (url.origin !== location.origin) {
      made.target = '_blank';
      made.rel = 'noopener noreferrer nofollow';
    }
  }
  if (acct !== undefined) made.className = 'mention';
  return made;
}

/** A click on a card that is not a click on something in it opens its post. */
export function opensPost(address: string) {
  return (event: MouseEvent): void => {
    const inside = (event.target as Element).closest(
      'a,button,input,textarea,summary,video,audio,label',
    );
    if (inside || getSelection()?.toString()) return;
    void go(address);
  };
}
