/** QuoteRequest, its Accept and Reject, and the Delete of a stamp (FEP-044f). */
import { isObject, objectId } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { FetchPost } from './fetch-post.ts';
import type { JudgeQuotes } from './judge-quotes.ts';
import { type Post, scopeOf } from './post.ts';
import type { PostStore } from './post-store.ts';
import { isCounted, type PostQuote, quotePlaceProblem } from './quote.ts';
import {
  type AskedToQuote,
  acceptQuote,
  askingPost,
  rejectQuote,
  stampAddress,
} from './quote-activity.ts';
import type { QuoteStampStore } from './quote-stamp-store.ts';
import type { QuoteStore } from './quote-store.ts';
import type { ReadPosts } from './read-posts.ts';
import type { SettleQuote } from './settle-quote.ts';

/** Posts that name one stamp: one, unless somebody forged it. */
const MOST_NAMING = 20;

export function createQuoteInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  quoteStore: QuoteStore;
  stamps: QuoteStampStore;
  read: ReadPosts;
  judge: JudgeQuotes;
  fetchPost: FetchPost;
  settle: SettleQuote;
}): InboundHandler {
  const { kit, apis, store, stamps, read } = deps;

  async function asked({ activity, actor, id }: Inbound): Promise<Outcome> {
    const quoted = await store.byIri(objectId(activity.object) ?? '');
    if (!quoted?.local || quoted.deletedAt !== undefined || quoted.kind !== 'post')
      return ignored('no such post of ours');
    if (!apis.policy.allows(iriHost(actor.iri), scopeOf(quoted), quoted.group))
      return ignored('the agreement does not allow it');
    // To whom it is not for, it is not there.
    const seen = await read.visibleOf([quoted], actor, { hideMuted: false });
    const author = await apis.accounts.get(quoted.author);
    if (seen.length === 0 || !author) return ignored('the post is not for this person');
    const iri = objectId(activity.instrument);
    if (iri === null || iriHost(iri) !== iriHost(actor.iri))
      return rejected('asks with no own post');
    const request = { id, actor: actor.iri, instrument: iri };
    const quoting = await quotingPost(iri);
    if (quoting?.author !== actor._id || quoting.quote?.iri !== quoted.iri)
      return refuse(request, quoted, author, 'asks with a post that is not its own quote');
    const problem = quotePlaceProblem(quoted, quoting, actor._id);
    if (problem) return refuse(request, quoted, author, `the quoted post ${problem}`);
    if (!(await mayQuote(quoted, actor))) return refuse(request, quoted, author, 'not wanted');
    return agree(request, { quoting, quoted, author, quoter: actor });
  }

  async function quotingPost(iri: string): Promise<Post | null> {
    const known = await store.byIri(iri);
    if (known) return known.deletedAt === undefined ? known : null;
    const fetched = await kit.remote.document(iri);
    if (fetched.kind === 'failed') throw new Error(`the origin did not answer: ${fetched.reason}`);
    return fetched.kind === 'ok' ? deps.fetchPost.take(fetched.document) : null;
  }

  async function mayQuote(quoted: Post, quoter: Account): Promise<boolean> {
    if (await apis.relations.blockedEither(quoter._id, quoted.author)) return false;
    return (await deps.judge([quoted], quoter)).get(quoted._id) === 'automatic';
  }

  async function agree(
    request: AskedToQuote,
    one: { quoting: Post; quoted: Post; author: Account; quoter: Account },
  ): Promise<Outcome> {
    const { quoting, quoted, author, quoter } = one;
    const given = await stamps.give({
      _id: kit.nextId(),
      post: quoted._id,
      quoting: quoting.iri,
      account: quoter._id,
      at: kit.clock.now(),
    });
    if (given.revokedAt !== undefined) return refuse(request, quoted, author, 'taken back before');
    const stamp = stampAddress(kit.baseUrl, given._id);
    const quote: PostQuote = {
      iri: quoted.iri,
      post: quoted._id,
      author: quoted.author,
      state: 'accepted',
      stamp,
      ...(isCounted(quoting, quoted) && { counted: true }),
    };
    await change(quoting, quote);
    await answer(quoted, acceptQuote(request, quoted, author, stamp), quoter._id);
    return applied('may quote');
  }

  async function refuse(
    request: AskedToQuote,
    quoted: Post,
    author: Account,
    reason: string,
  ): Promise<Outcome> {
    const quoter = await apis.accounts.byIri(request.actor);
    if (quoter) await answer(quoted, rejectQuote(request, quoted, author), quoter._id);
    return ignored(reason);
  }

  async function answer(
    quoted: Post,
    activity: ReturnType<typeof rejectQuote>,
    to: string,
  ): Promise<void> {
    await kit.outbox.send({
      actor: quoted.author,
      activity,
      recipients: { accounts: [to] },
      scope: scopeOf(quoted),
      group: quoted.group,
      proof: false,
    });
  }

  async function change(quoting: Post, quote: PostQuote): Promise<void> {
    const same = { 'quote.iri': quote.iri, deletedAt: { $exists: false } };
    const event = kit.pending.entry('quote.changed', { at: String(kit.clock.now()) });
    // What changes at a post of ours is told to whom it was sent.
    const changed = await store.change(
      quoting._id,
      same,
      { set: { quote } },
      quoting.local ? event : undefined,
    );
    if (changed && quoting.local) await kit.pending.kick('posts', quoting._id);
    else if (changed)
      await kit.events.emit({ name: 'quote.changed', id: quoting._id, local: false, data: {} });
  }

  /** Of a request of ours; null where it answers something else. */
  async function answered(inbound: Inbound): Promise<Outcome | null> {
    const { activity, actor, type } = inbound;
    const { object } = activity;
    if (isObject(object) && object.type !== 'QuoteRequest') return null;
    const iri = askingPost(objectId(object) ?? '');
    const quoting = iri === null ? null : await store.byIri(iri);
    if (!quoting?.local) return isObject(object) ? ignored('nobody here asked') : null;
    const { quote } = quoting;
    if (!quote || quoting.deletedAt !== undefined) return ignored('the post is gone');
    if (quote.author !== actor._id) return rejected('not the author of the quoted post');
    if (quote.state !== 'pending') return ignored('answered before');
    if (type === 'Reject') {
      await change(quoting, { ...quote, state: 'rejected' });
      return applied('may not quote');
    }
    return stampedBy(actor, objectId(activity.result), quoting, quote);
  }

  async function stampedBy(
    actor: Account,
    stamp: string | null,
    quoting: Post,
    quote: PostQuote,
  ): Promise<Outcome> {
    const quoted = quote.post ? await store.byId(quote.post) : null;
    if (stamp === null || !quoted) return rejected('names no stamp');
    const state = await deps.settle.checkStamp(stamp, quoting, quoted, actor);
    if (state === 'pending') throw new Error('the stamp is not to be had now');
    if (state !== 'accepted') return rejected('the stamp is not for this quote');
    await change(quoting, { ...quote, stamp, state });
    return applied('may quote');
  }

  /**
   * The quoted author takes the stamp back. Null where what is deleted is no stamp of theirs, whatever
   * posts name as theirs: it may be a post, whose deletion nobody else's post keeps from being heard.
   */
  async function revoked({ activity, actor }: Inbound): Promise<Outcome | null> {
    const stamp = objectId(activity.object);
    if (stamp === null || sameIri(stamp, actor.iri) || iriHost(stamp) !== iriHost(actor.iri))
      return null;
    const naming = await deps.quoteStore.byStamp(stamp, actor._id, MOST_NAMING);
    if (naming.length === 0 || (await isPost(stamp))) return null;
    for (const post of naming)
      if (post.quote) await change(post, { ...post.quote, state: 'revoked' });
    return applied('quote taken back');
  }

  /** A mere memory of a deletion (anybody of that host may have sent it) is none. */
  async function isPost(iri: string): Promise<boolean> {
    const known = await store.byIri(iri);
    return known !== null && known.expiresAt === undefined;
  }

  return {
    verbs: ['QuoteRequest', 'Accept', 'Reject', 'Delete'],
    handle: async (inbound) => {
      if (inbound.type === 'QuoteRequest') return asked(inbound);
      return inbound.type === 'Delete' ? revoked(inbound) : answered(inbound);
    },
  };
}
