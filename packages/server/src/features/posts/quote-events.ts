/** What follows from a quote: its author elsewhere is asked, and hears where a quote is taken back. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { isOpen, type Post, scopeOf } from './post.ts';
import type { PostStore } from './post-store.ts';
import { deleteStamp, quoteRequest } from './quote-activity.ts';
import type { QuoteStore } from './quote-store.ts';
import type { SettleQuote } from './settle-quote.ts';

export function subscribeQuotes(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  quoteStore: QuoteStore;
  settle: SettleQuote;
}): void {
  const { kit, apis, store, quoteStore, settle } = deps;

  async function count({ quote }: Post): Promise<void> {
    if (quote?.post) await quoteStore.recount(quote.post);
  }

  kit.events.on('post.published', async ({ id, local }) => {
    const post = await store.byId(id);
    if (!post?.quote || post.deletedAt !== undefined) return;
    if (!local) return settle.settle(post);
    await (post.quote.state === 'pending' ? ask(post) : count(post));
  });

  async function ask(quoting: Post): Promise<void> {
    const quoted = quoting.quote?.post ? await store.byId(quoting.quote.post) : null;
    if (!quoted) return;
    const [actor, author] = await Promise.all(
      [quoting.author, quoted.author].map((one) => apis.accounts.get(one)),
    );
    if (!actor || !author) return;
    await kit.outbox.send({
      actor: actor._id,
      activity: quoteRequest(quoting, quoted, { actor, author }),
      recipients: { accounts: [author._id] },
      scope: scopeOf(quoting),
      group: quoting.group,
      proof: false,
    });
  }

  kit.events.on('quote.changed', async ({ id, data }) => {
    const post = await store.byId(id);
    if (!post) return;
    await settle.settle(post);
    await count(post);
    if (data.revoked) await tellRevoked(post, data.revoked);
  });

  /** To who quoted, and to all who may hold the quote because they follow the quoted author. */
  async function tellRevoked(quoting: Post, stamp: string): Promise<void> {
    const quoted = quoting.quote?.post ? await store.byId(quoting.quote.post) : null;
    const author = quoted?.local ? await apis.accounts.get(quoted.author) : null;
    if (!quoted || !author) return;
    await kit.outbox.send({
      actor: author._id,
      activity: deleteStamp(stamp, author, isOpen(quoted)),
      recipients: { accounts: [quoting.author], followersOf: [author._id] },
      scope: scopeOf(quoted),
      group: quoted.group,
    });
  }
}
