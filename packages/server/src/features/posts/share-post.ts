/** Sharing (a "boost"): only what everybody may read is shared on; nobody's private words. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { blankContent, type Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import type { ReadPosts } from './read-posts.ts';

export type SharePosts = ReturnType<typeof createSharePosts>;

export function createSharePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  read: ReadPosts;
}) {
  const { kit, apis, store, read } = deps;

  /** `followers`: told to who follows the sharer alone. */
  async function share(
    id: string,
    account: Account,
    audience: 'public' | 'followers' = 'public',
  ): Promise<Post> {
    const post = await read.target(id, account);
    const isOwn = post.author === account._id && post.audience === 'followers';
    if (!isOwn && !post.readers.includes('public'))
      throw forbidden('Only public posts can be shared');
    const made = shareDocument(post, account, { local: true, audience });
    if (await store.insert({ ...made, pending: [kit.pending.entry('post.shared')] })) {
      await store.addCounts({ id: post._id, inc: { 'counts.shares': 1 } });
      await kit.pending.kick('posts', made._id);
    }
    return (await store.shareOf(account._id, post._id)) ?? made;
  }

  async function unshare(id: string, account: Account): Promise<Post> {
    const post = await read.target(id, account);
    const existing = await store.shareOf(account._id, post._id);
    if (existing) await end(existing, { local: true });
    return (await store.byId(post._id)) ?? post;
  }

  /** Frees the place for a new share at once; the document carries its last event out. */
  async function end(made: Post, { local }: { local: boolean }): Promise<void> {
    const shareOf = made.shareOf ?? '';
    const ended = await store.change(
      made._id,
      { deletedAt: { $exists: false } },
      {
        set: { deletedAt: kit.clock.now(), streams: [], purge: true },
        unset: ['feed', 'shareOf'],
      },
      local ? kit.pending.entry('post.unshared', { shareOf }) : undefined,
    );
    if (ended) await store.addCounts({ id: shareOf, inc: { 'counts.shares': -1 } });
    if (local) await kit.pending.kick('posts', made._id);
    else await finishRemote(made, shareOf);
  }

  async function finishRemote(made: Post, shareOf: string): Promise<void> {
    const data = { shareOf };
    await kit.events.emit({ name: 'post.unshared', id: made._id, local: false, data });
    await store.remove(made._id);
  }

  async function receive(
    post: Post,
    from: { account: Account; iri: string; receipt: string },
  ): Promise<'shared' | 'known' | 'not for sharing' | 'blocked'> {
    const { account, iri, receipt } = from;
    if (!post.readers.includes('public')) return 'not for sharing';
    if (await apis.relations.blockedEither(account._id, post.author)) return 'blocked';
    const made = { ...shareDocument(post, account, { local: false }), iri, receipt };
    const id = (await keep(made)) ?? (await sameAgain(made));
    if (id === null) return 'known';
    await kit.events.emit({ name: 'post.shared', id, local: false, data: {} });
    return 'shared';
  }

  /** Null where this person has shared it, or undone it before it came. */
  async function keep(made: StoredPost): Promise<string | null> {
    if (!(await store.insert(made))) {
      const known = await store.byIri(made.iri);
      // Somebody else of that server took it back before it came: nobody's business.
      if (known?.expiresAt === undefined || known.author === made.author) return null;
      await store.remove(known._id);
      if (!(await store.insert(made))) return null;
    }
    await store.addCounts({ id: made.shareOf ?? '', inc: { 'counts.shares': 1 } });
    return made._id;
  }

  /** The share that this very receipt has brought already, where its job runs again. */
  async function sameAgain(made: StoredPost): Promise<string | null> {
    const known = await store.byIri(made.iri);
    const isSame = known?.receipt === made.receipt && known?.deletedAt === undefined;
    return isSame ? (known?._id ?? null) : null;
  }

  /** An Undo that came before its Announce: the Announce will find its place taken. */
  async function rememberUndone(iri: string, account: Account, until: number): Promise<void> {
    const now = kit.clock.now();
    await store.insert({
      ...blankContent(),
      _id: kit.nextId(),
      kind: 'share',
      iri,
      url: iri,
      author: account._id,
      local: false,
      host: iriHost(account.iri),
      place: `wall:${account._id}`,
      audience: 'direct',
      readers: [],
      publishedAt: now,
      deletedAt: now,
      expiresAt: new Date(until),
    });
  }

  function shareDocument(
    post: Post,
    account: Account,
    { local, audience }: { local: boolean; audience?: 'followers' | 'public' },
  ): StoredPost {
    const id = kit.nextId();
    const isPublic = post.readers.includes('public') && audience !== 'followers';
    return {
      ...blankContent(),
      _id: id,
      kind: 'share',
      iri: `${kit.baseUrl}/shares/${id}`,
      url: post.url,
      author: account._id,
      local,
      ...(!local && { host: iriHost(account.iri) }),
      place: `wall:${account._id}`,
      feed: `wall:${account._id}`,
      audience: isPublic ? 'public' : 'followers',
      readers: isPublic ? ['public'] : [`followers:${account._id}`],
      shareOf: post._id,
      publishedAt: kit.clock.now(),
    };
  }

  return { share, unshare, end, receive, rememberUndone };
}
