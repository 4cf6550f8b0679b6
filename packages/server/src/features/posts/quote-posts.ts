/** A person here quotes a post, says who may quote theirs, or takes a quote of it back. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Placement } from './audience.ts';
import type { JudgeQuotes } from './judge-quotes.ts';
import type { Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import {
  canAskFor,
  canQuoteOf,
  isCounted,
  type PostQuote,
  type QuotePolicy,
  quotePlaceProblem,
} from './quote.ts';
import { stampAddress } from './quote-activity.ts';
import type { QuoteStampStore } from './quote-stamp-store.ts';
import type { ReadPosts } from './read-posts.ts';

export type QuotePosts = ReturnType<typeof createQuotePosts>;

export function createQuotePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  stamps: QuoteStampStore;
  read: ReadPosts;
  judge: JudgeQuotes;
}) {
  const { kit, apis, store, stamps, read } = deps;

  /** The quote as a new post keeps it. */
  async function prepare(id: string, author: Account, placement: Placement): Promise<PostQuote> {
    const quoted = await read.target(id, author);
    const problem = quotePlaceProblem(quoted, placement, author._id);
    if (problem)
      throw invalid({ field: 'quoted_status_id', code: 'ERR_INVALID', message: problem });
    const isAsked = await mustAsk(quoted, author, placement);
    return {
      iri: quoted.iri,
      post: quoted._id,
      author: quoted.author,
      state: isAsked ? 'pending' : 'accepted',
      ...(isCounted(placement, quoted) && { counted: true }),
    };
  }

  /** Whether its author's server has yet to agree. @throws AppError where it would not */
  async function mustAsk(quoted: Post, author: Account, placement: Placement): Promise<boolean> {
    if (quoted.author === author._id) return false;
    if (await apis.relations.blockedEither(author._id, quoted.author))
      throw forbidden('You cannot quote this person');
    const approval = (await deps.judge([quoted], author)).get(quoted._id);
    // Where the post stays among people who are not its author's, only their general word counts.
    const canAsk = !quoted.local && canAskFor(placement, quoted);
    if (approval === 'automatic') return canAsk;
    if (canAsk && approval !== 'denied') return true;
    throw forbidden('Its author does not let you quote this post');
  }

  /** With the stamp of a quoted author here, for everybody elsewhere who gets the post. */
  async function stamped(post: StoredPost): Promise<StoredPost> {
    const { quote } = post;
    const quoted =
      quote?.post && quote.author !== post.author ? await store.byId(quote.post) : null;
    if (!quote || !quoted?.local || post.audience === 'company') return post;
    const stamp = await giveStamp(quoted, post);
    return { ...post, quote: { ...quote, stamp: stampAddress(kit.baseUrl, stamp._id) } };
  }

  /** Also one that is revoked at once: so that it is remembered. */
  const giveStamp = (quoted: Post, quoting: Post) =>
    stamps.give({
      _id: kit.nextId(),
      post: quoted._id,
      quoting: quoting.iri,
      account: quoting.author,
      at: kit.clock.now(),
    });

  /** Its author shows somebody's quote of a post no longer. Idempotent. */
  async function revoke(id: string, quotingId: string, author: Account): Promise<Post> {
    const [quoted, quoting] = await Promise.all([read.visible(id, author), store.byId(quotingId)]);
    if (!quoted || quoting?.deletedAt !== undefined || quoting?.quote?.post !== quoted._id)
      throw notFound();
    if (quoted.author !== author._id || !quoted.local) throw forbidden('This post is not yours');
    const { quote } = quoting;
    if (quote.state === 'revoked') return quoting;
    const now = kit.clock.now();
    await giveStamp(quoted, quoting);
    await stamps.revoke(quoted._id, quoting.iri, now);
    const event = kit.pending.entry('quote.changed', {
      at: String(now),
      ...(quote.stamp && { revoked: quote.stamp }),
    });
    const changed = await store.change(
      quoting._id,
      { 'quote.iri': quoted.iri },
      { set: { quote: { ...quote, state: 'revoked' } } },
      event,
    );
    await kit.pending.kick('posts', quoting._id);
    return changed ?? quoting;
  }

  async function setPolicy(id: string, author: Account, policy: QuotePolicy): Promise<Post> {
    const post = await read.visible(id, author);
    if (!post) throw notFound();
    if (post.author !== author._id || !post.local || post.kind !== 'post')
      throw forbidden('This post is not yours');
    const event = kit.pending.entry('quote.changed', { at: String(kit.clock.now()) });
    const canQuote = canQuoteOf(policy, post);
    const changed = await store.change(
      id,
      { deletedAt: { $exists: false } },
      { set: { canQuote } },
      event,
    );
    if (!changed) throw notFound();
    await kit.pending.kick('posts', id);
    return changed;
  }

  return { prepare, stamped, revoke, setPolicy };
}
