/** Is a remote post's quote agreed to? Its author's word does not count: the quoted author's stamp does. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readQuoteAuthorization } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { FetchPost } from './fetch-post.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import { isCounted, type PostQuote, type QuoteState } from './quote.ts';
import { stampAddress } from './quote-activity.ts';
import type { QuoteStampStore } from './quote-stamp-store.ts';

/** A quoted post may quote another: no further is fetched. */
const MOST_DEPTH = 2;

export type SettleQuote = ReturnType<typeof createSettleQuote>;

export function createSettleQuote(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  stamps: QuoteStampStore;
  fetchPost: FetchPost;
  /** Whoever is told of the post in this moment sees it as it is now. */
  onSettled: (post: Post) => void;
}) {
  const { kit, apis, store, stamps } = deps;
  const depth = new AsyncLocalStorage<number>();

  /** Looks at a quote that nobody has agreed to yet; what cannot be said now stays as it is. */
  async function settle(post: Post): Promise<void> {
    const { quote } = post;
    if (post.local || post.deletedAt !== undefined || quote?.state !== 'pending') return;
    const level = depth.getStore() ?? 0;
    const next = await depth.run(level + 1, () => judged(post, quote, level));
    if (JSON.stringify(next) === JSON.stringify(quote)) return;
    const unchanged = { 'quote.state': 'pending', 'quote.iri': quote.iri };
    const changed = await store.change(post._id, unchanged, { set: { quote: next } });
    if (!changed) return;
    deps.onSettled(changed);
    if (next.state !== 'pending')
      await kit.events.emit({ name: 'quote.changed', id: post._id, local: false, data: {} });
  }

  async function judged(post: Post, quote: PostQuote, level: number): Promise<PostQuote> {
    const quoted = (await store.byIri(quote.iri)) ?? (await fetched(quote.iri, level));
    if (quoted === null) return quote;
    if (typeof quoted === 'string') return { ...quote, state: quoted };
    if (quoted.kind !== 'post') return { ...quote, state: 'unauthorized' };
    const state = await stateOf(post, quote, quoted);
    const { counted: _, ...known } = { ...quote, post: quoted._id, author: quoted.author };
    return { ...known, state, ...(isCounted(post, quoted) && { counted: true }) };
  }

  /** Null where its origin did not answer. */
  async function fetched(iri: string, level: number): Promise<Post | QuoteState | null> {
    if (level >= MOST_DEPTH || iriHost(iri) === kit.ownHost) return 'deleted';
    const document = await kit.remote.document(iri);
    if (document.kind === 'failed') return null;
    if (document.kind === 'gone') return 'deleted';
    if (document.kind === 'refused') return 'unauthorized';
    return (await deps.fetchPost.take(document.document)) ?? 'unauthorized';
  }

  async function stateOf(post: Post, quote: PostQuote, quoted: Post): Promise<QuoteState> {
    if (quoted.deletedAt !== undefined) return 'deleted';
    if (quoted.author === post.author) return 'accepted';
    const [author, quoter] = await apis.accounts
      .getMany([quoted.author, post.author])
      .then((all) => [quoted.author, post.author].map((id) => all.find((one) => one._id === id)));
    if (!author || !quoter) return 'pending';
    if (quote.stamp) return checkStamp(quote.stamp, post, quoted, author);
    return quote.legacy ? byPolicy(post, quoted, quoter) : 'pending';
  }

  /** The stamp is by the quoted post's author, at their own server, for this very post and that one. */
  async function checkStamp(
    stamp: string,
    post: Post,
    quoted: Post,
    author: Account,
  ): Promise<QuoteState> {
    if (quoted.local) {
      const given = await stamps.find(quoted._id, post.iri);
      if (!given || stampAddress(kit.baseUrl, given._id) !== stamp) return 'rejected';
      return given.revokedAt === undefined ? 'accepted' : 'revoked';
    }
    if (iriHost(stamp) !== iriHost(author.iri)) return 'rejected';
    const answer = await kit.remote.document(stamp);
    if (answer.kind === 'failed') return 'pending';
    const found = answer.kind === 'ok' ? readQuoteAuthorization(answer.document) : null;
    const isIt =
      found !== null &&
      sameIri(found.attributedTo, author.iri) &&
      sameIri(found.interactingObject, post.iri) &&
      sameIri(found.interactionTarget, quoted.iri);
    return isIt ? 'accepted' : 'rejected';
  }

  /** Servers that ask nobody cannot show a stamp: what everybody may do counts for them too. */
  async function byPolicy(post: Post, quoted: Post, quoter: Account): Promise<QuoteState> {
    if (!quoted.canQuote?.automatic.includes('public')) return 'pending';
    if (await apis.relations.blockedEither(quoter._id, quoted.author)) return 'rejected';
    const taken = quoted.local ? await stamps.find(quoted._id, post.iri) : null;
    return taken?.revokedAt === undefined ? 'accepted' : 'revoked';
  }

  return { settle, checkStamp };
}
