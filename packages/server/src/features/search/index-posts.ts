/** What of a post is found by which terms, and by whom. */
import { htmlToText } from '@mitoyen/federation';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import { createCoalescer } from '../../platform/coalesce.ts';
import type { MediaView } from '../media/media.ts';
import type { Post } from '../posts/post.ts';
import { keyOf, type Progress, type SearchRow, type SearchStore } from './search-store.ts';
import { isSmall, termsOf, wordsOf } from './search-words.ts';

/** Raised when the terms are made in another way: then every post is indexed again. */
export const VERSION = 3;
const PROGRESS = 'posts';
const BATCH = 200;
/** How long one turn of the backfill works before others have theirs. */
const TURN_MS = 4000;
/** Terms of one post; a text of more words is found by its first ones. */
const MOST_TERMS = 600;
/** Keys of one row: a long message to many people is found by its first words. */
const MOST_KEYS = 12_000;
const KNOWN_WORDS = 50_000;
/** Letters in which phrases are looked for. */
const MOST_TEXT = 20_000;
/** After the greatest id. */
const END = '\uffff';

export type IndexPosts = ReturnType<typeof createIndexPosts>;

export function createIndexPosts(deps: { apis: Apis; store: SearchStore; now: () => number }) {
  const { apis, store, now } = deps;
  const known = createBoundedCache<string, true>(KNOWN_WORDS);

  async function index(posts: Post[]): Promise<void> {
    const kept = posts.filter(isFound);
    const pictures = await apis.media.present([...new Set(kept.flatMap((post) => post.media))]);
    const rows: SearchRow[] = [];
    const words = new Set<string>();
    for (const post of kept) {
      const media = post.media.flatMap((id) => pictures.get(id) ?? []);
      const text = textOf(post, media);
      const inOrder = wordsOf(text);
      rows.push({
        _id: post._id,
        keys: keysOf(post, [...factsOf(post, media), ...termsOf(text)]),
        text: ` ${inOrder.join(' ')} `.slice(0, MOST_TEXT),
      });
      for (const word of [...inOrder, ...post.hashtags.map((tag) => `#${tag}`)])
        if (word.length > 2 && !isSmall(word) && !known.has(word)) words.add(word);
    }
    await store.learn([...words]);
    for (const word of words) known.set(word, true);
    await store.put(rows);
    await store.remove(posts.filter((post) => !isFound(post)).map((post) => post._id));
  }

  /** Posts that come side by side share their writes: an index is the dearest part of a post. */
  const indexOne = createCoalescer(
    async (ids: string[]) => {
      const wanted = [...new Set(ids)];
      const found = await Promise.all(wanted.map(apis.posts.get));
      await index(found.filter((post) => post !== null));
      await store.remove(wanted.filter((_, index) => found[index] === null));
      return ids.map(() => ({ ok: true as const, value: undefined }));
    },
    { most: BATCH },
  );

  /** A turn of indexing what was there before the index; goes on where the last one stopped. */
  async function backfill(): Promise<void> {
    const end = now() + TURN_MS;
    let at = await start();
    while (!at.done && now() < end) {
      const posts = await apis.posts.before(at.next, BATCH);
      await index(posts);
      at = { ...at, next: posts.at(-1)?._id ?? at.next, done: posts.length < BATCH };
      await store.setProgress(at);
    }
  }

  async function start(): Promise<Progress> {
    const found = await store.progress(PROGRESS);
    if (found?.version === VERSION) return found;
    return { _id: PROGRESS, version: VERSION, next: END, done: false };
  }

  return { index, indexOne, backfill };
}

function isFound(post: Post): boolean {
  return post.kind === 'post' && post.deletedAt === undefined;
}

/** Everything that a reader of the post reads. */
function textOf(post: Post, media: MediaView[]): string {
  return [
    post.title,
    post.warning,
    htmlToText(post.html),
    ...(post.poll?.options ?? []),
    ...media.flatMap((one) => [String(one.description ?? ''), nameOf(one)]),
  ].join('\n');
}

/** Of documents: what they are saved under, whose parts are words ("bilan_2026.pdf"). */
function nameOf({ mitoyen }: MediaView): string {
  const named = z.object({ name: z.string() }).safeParse(mitoyen);
  return named.success ? named.data.name.replaceAll('_', ' ') : '';
}

/** Terms that are no words: they have a colon. */
function factsOf(post: Post, media: MediaView[]): string[] {
  const types = new Set(media.map((one) => one.type));
  return [
    'any:',
    post.audience === 'direct' ? 'is:message' : 'is:post',
    `from:${post.author}`,
    ...(post.group ? [`in:${post.group}`] : []),
    ...(post.conversation ? [`in:${post.conversation}`] : []),
    ...(post.audience === 'direct'
      ? post.readers.map((reader) => reader.replace('account:', 'in:'))
      : []),
    ...post.hashtags.map((tag) => `tag:${tag}`),
    ...(types.has('image') || types.has('gifv') ? ['has:picture'] : []),
    ...(types.has('video') ? ['has:video'] : []),
    ...(types.has('audio') ? ['has:audio'] : []),
    ...(media.length > 0 ? ['has:file'] : []),
    ...(post.poll ? ['has:poll'] : []),
    ...(post.card || hasLink(post) ? ['has:link'] : []),
  ];
}

/** A link that is neither a mention nor a hashtag. */
function hasLink(post: Post): boolean {
  return (post.html.match(/<a\s[^>]*>/g) ?? []).some(
    (link) => !/\bclass="[^"]*(mention|hashtag)/.test(link),
  );
}

function keysOf(post: Post, terms: string[]): string[] {
  const tokens = tokensOf(post);
  const most = Math.min(MOST_TERMS, Math.floor(MOST_KEYS / tokens.length));
  return [...new Set(terms)]
    .slice(0, most)
    .flatMap((term) => tokens.map((one) => keyOf(one, term)));
}

/** Every signed-in person holds `public`: a post that is open needs no further key. */
function tokensOf(post: Post): string[] {
  if (post.readers.includes('public')) return ['public'];
  return [...new Set([...post.readers, `account:${post.author}`])];
}
