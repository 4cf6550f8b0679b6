/**
 * Fetches what a thread lacks: upwards what it answers, downwards its answers, from the
 * collections that the origins serve. Every document comes from its own origin, and only
 * answers to what is in the thread are taken.
 */
import { type JsonObject, objectId, readCollection } from '@mitoyen/federation';
import { iriHost, parseIri, sameOrigin } from '@mitoyen/protocol';
import { FETCH_LIMITS } from '../../inbox/fetch-limits.ts';
import type { Kit } from '../../kit.ts';
import type { FetchPost } from './fetch-post.ts';
import type { LookAtPost } from './look-at-post.ts';
import type { Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';

export type CompleteThread = (id: string) => Promise<void>;

export function createCompleteThread(deps: {
  kit: Kit;
  store: PostStore;
  fetchPost: FetchPost;
  look: LookAtPost;
}): CompleteThread {
  const { kit, store, fetchPost, look } = deps;

  return async function completeThread(id) {
    const post = await store.byId(id);
    if (!post || post.deletedAt !== undefined || post.kind !== 'post') return;
    const budget = createBudget(kit);
    const top = await climb((post.root && (await store.byId(post.root))) || post, budget);
    const root = top.local || !isOpen(top) ? null : await fetchKnown(top, budget);
    const asked = post._id === top._id || post.local || !isOpen(post) ? null : post;
    const document = asked && (await fetchKnown(asked, budget));
    for (const one of [root, document]) if (one) await descend(one, budget);
  };

  /** Up to the first post of the thread, as far as it is to be had. */
  async function climb(from: StoredPost, budget: Budget): Promise<StoredPost> {
    let top = from;
    for (let step = 0; step < FETCH_LIMITS.parents; step += 1) {
      const above = top.orphanOf;
      if (!above || !budget.take(above)) break;
      const found = await fetchPost.resolve(above);
      const stored = found && (await store.byId(found.root ?? found._id));
      if (!stored || stored._id === top._id) break;
      top = stored;
    }
    return top;
  }

  /** A post that we hold, as its origin tells it now; null where there is nothing to go on with. */
  async function fetchKnown(post: Post, budget: Budget): Promise<JsonObject | null> {
    return budget.take(post.iri) ? look(post) : null;
  }

  /** Level by level, so that what is answered is there before its answers. */
  async function descend(document: JsonObject, budget: Budget): Promise<void> {
    const seen = new Set<string>([String(document.id)]);
    let level = await listed(document, budget);
    for (let depth = 0; depth < FETCH_LIMITS.levels && level.length > 0; depth += 1) {
      const below: string[] = [];
      for (const iri of level) {
        if (seen.has(iri)) continue;
        seen.add(iri);
        const answer = await takeAnswer(iri, budget);
        if (answer) below.push(...(await listed(answer, budget)));
      }
      level = below;
    }
  }

  /** The document of an answer, once it is in the thread. */
  async function takeAnswer(iri: string, budget: Budget): Promise<JsonObject | null> {
    const known = await store.byIri(iri);
    if (known) {
      const goOn = !known.local && known.deletedAt === undefined && isOpen(known);
      return goOn ? fetchKnown(known, budget) : null;
    }
    if (!budget.take(iri)) return null;
    const fetched = await kit.remote.document(iri);
    if (fetched.kind !== 'ok') return null;
    const above = parseIri(objectId(fetched.document.inReplyTo));
    // A list may name anything; only what answers a post that we hold belongs here.
    if (above === null || !(await store.byIri(above))) return null;
    return (await fetchPost.take(fetched.document)) ? fetched.document : null;
  }

  /** What its `replies` and its `context` (FEP-f228) list, from its own origin. */
  async function listed(document: JsonObject, budget: Budget): Promise<string[]> {
    const found: string[] = [];
    for (const value of [document.context, document.replies])
      found.push(...(await readAll(value, String(document.id), budget)));
    return [...new Set(found)];
  }

  async function readAll(value: unknown, of: string, budget: Budget): Promise<string[]> {
    const items: string[] = [];
    let part =
      typeof value === 'object' && value !== null ? readCollection(value as JsonObject) : null;
    let next = part ? part.next : parseIri(objectId(value));
    items.push(...(part?.items ?? []));
    const seen = new Set<string>();
    for (let page = 0; page < FETCH_LIMITS.pages && next !== null; page += 1) {
      if (!sameOrigin(next, of) || seen.has(next) || !budget.take(next)) break;
      seen.add(next);
      const fetched = await kit.remote.document(next);
      if (fetched.kind !== 'ok') break;
      part = readCollection(fetched.document);
      items.push(...part.items);
      next = part.next;
    }
    return items.slice(0, FETCH_LIMITS.documents);
  }
}

/** What everybody may read is asked for by the server; the rest comes to those whom it is for. */
function isOpen(post: Post): boolean {
  return post.readers.includes('public');
}

type Budget = { take: (iri: string) => boolean };

/** So many documents, of one host and in all, and so long. */
function createBudget({ clock, ownHost }: Pick<Kit, 'clock' | 'ownHost'>): Budget {
  const until = clock.now() + FETCH_LIMITS.threadMs;
  const byHost = new Map<string, number>();
  let all = 0;
  return {
    take: (iri) => {
      const address = parseIri(iri);
      if (address === null || iriHost(address) === ownHost || clock.now() > until) return false;
      const host = iriHost(address);
      const ofHost = (byHost.get(host) ?? 0) + 1;
      if (ofHost > FETCH_LIMITS.documentsPerHost || all >= FETCH_LIMITS.documents) return false;
      byHost.set(host, ofHost);
      all += 1;
      return true;
    },
  };
}
