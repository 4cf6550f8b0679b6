/** Which events tell whom. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { LIKE, type Post, type Reader } from '../posts/post.ts';
import type { NewNotification } from './notifications.ts';

/** A mention in an older post is not told. */
const NEWS_MS = 7 * 24 * 3600_000;

export function subscribeNotifications(deps: {
  kit: Kit;
  apis: Apis;
  followOf: (id: string) => Promise<{ follower: string; target: string; state: string } | null>;
}): void {
  const { kit, apis } = deps;

  kit.events.on('post.published', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post || post.deletedAt) return;
    const named = await toldOf(post);
    await apis.notifications.notify(named);
    await apis.notifications.notify(await followersTold(post, named));
  });

  /** Followers, and members of its group, who want to be told of each post, and are not told of it by name. */
  async function followersTold(post: Post, named: NewNotification[]): Promise<NewNotification[]> {
    if (post.kind !== 'post' || post.inReplyToIri || post.audience === 'direct') return [];
    if (kit.clock.now() - post.publishedAt > NEWS_MS) return [];
    const told = new Set(named.map((one) => one.account));
    const wanting = await Promise.all([
      apis.relations.notifiedFollowers(post.author),
      post.group ? apis.groups.notifiedMembers(post.group) : [],
    ]);
    const strangers = new Set(wanting.flat().filter((id) => !told.has(id) && id !== post.author));
    const followers = await apis.accounts.getMany([...strangers]);
    const readers = await Promise.all(
      followers.map((account) => apis.posts.visibleMany([post._id], account, { hideMuted: false })),
    );
    return followers
      .filter((_, index) => readers[index]?.length === 1)
      .map((account) => ({
        account: account._id,
        type: 'status',
        from: post.author,
        post: post._id,
        ...(post.group && { group: post.group }),
        key: `status:${post._id}`,
      }));
  }

  /** Whom a post names or answers, and who may read it. */
  async function toldOf(post: Post): Promise<NewNotification[]> {
    // An old post that somebody looked up is no news.
    if (post.kind !== 'post' || kit.clock.now() - post.publishedAt > NEWS_MS) return [];
    const direct = post.audience === 'direct' ? accountsOf(post.readers) : [];
    const mentioned = post.mentions.map((mention) => mention.account);
    const answered = post.inReplyToAccount ? [post.inReplyToAccount] : [];
    const named = [...new Set([...mentioned, ...answered, ...direct])];
    if (named.length === 0) return [];
    const here = (await apis.accounts.getMany(named)).filter(
      (account) =>
        account.domain === null && account.kind === 'person' && account._id !== post.author,
    );
    if (here.length === 0) return [];
    const muted = await apis.posts.threadMutedBy(
      post.root ?? post._id,
      here.map((account) => account._id),
    );
    const readers = await Promise.all(
      here.map((account) => apis.posts.visibleMany([post._id], account, { hideMuted: false })),
    );
    return here
      .filter((account, index) => !muted.has(account._id) && readers[index]?.length === 1)
      .map((account) => ({
        account: account._id,
        type: 'mention',
        from: post.author,
        post: post._id,
        ...(post.group && { group: post.group }),
        key: `mention:${post._id}`,
      }));
  }

  kit.events.on('post.edited', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post || post.deletedAt) return;
    // Who was mentioned only now is told; nobody twice.
    await apis.notifications.notify(await toldOf(post));
    await apis.notifications.notify(
      (await apis.posts.sharers(id)).map((account) => ({
        account,
        type: 'update',
        from: post.author,
        post: post._id,
        key: `update:${post._id}:${post.editedAt ?? 0}`,
      })),
    );
  });

  for (const name of ['post.published', 'quote.changed'] as const)
    kit.events.on(name, async ({ id }) => {
      const post = await apis.posts.get(id);
      const target = post && (await quotedPerson(post));
      if (post && target)
        await apis.notifications.notify([
          {
            account: target._id,
            type: 'quote',
            from: post.author,
            post: post._id,
            key: `quote:${post._id}`,
          },
        ]);
    });

  /** Who is quoted with their consent, is of here and may read it. */
  async function quotedPerson(post: Post): Promise<Account | null> {
    const { quote } = post;
    if (quote?.state !== 'accepted' || !quote.author || quote.author === post.author) return null;
    if (post.deletedAt || kit.clock.now() - post.publishedAt > NEWS_MS) return null;
    const author = await apis.accounts.get(quote.author);
    if (author?.domain !== null || author.kind !== 'person') return null;
    const seen = await apis.posts.visibleMany([post._id], author, { hideMuted: false });
    return seen.length === 1 ? author : null;
  }

  /** Who quoted a post hears that it says something else now. */
  kit.events.on('post.edited', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post || post.deletedAt) return;
    const quotes = (await apis.posts.quotes(id)).filter(
      (quote) => quote.local && quote.author !== post.author,
    );
    await apis.notifications.notify(
      quotes.map((quote) => ({
        account: quote.author,
        type: 'quoted_update',
        from: post.author,
        post: quote._id,
        key: `quoted_update:${quote._id}:${post.editedAt ?? 0}`,
      })),
    );
  });

  kit.events.on('post.shared', async ({ id }) => {
    const share = await apis.posts.get(id);
    const target = share?.shareOf ? await apis.posts.get(share.shareOf) : null;
    if (!share || !target) return;
    await apis.notifications.notify([
      {
        account: target.author,
        type: 'reblog',
        from: share.author,
        post: target._id,
        key: `reblog:${target._id}:${share.author}`,
      },
    ]);
  });

  kit.events.on('post.unshared', async ({ id, data }) => {
    const share = await apis.posts.get(id);
    if (share)
      await apis.notifications.withdraw({
        key: `reblog:${data.shareOf ?? share.shareOf}:${share.author}`,
      });
  });

  kit.events.on('reaction.added', async ({ id }) => {
    const reaction = await apis.posts.reaction(id);
    const post = reaction && (await apis.posts.get(reaction.post));
    if (!reaction || !post || post.deletedAt) return;
    const isLike = reaction.emoji === LIKE;
    await apis.notifications.notify([
      {
        account: post.author,
        type: isLike ? 'favourite' : 'mitoyen.reaction',
        from: reaction.account,
        post: post._id,
        emoji: reaction.emoji,
        key: `reaction:${post._id}:${reaction.account}:${reaction.emoji}`,
      },
    ]);
  });

  kit.events.on('reaction.removed', async ({ id }) => {
    const reaction = await apis.posts.reaction(id);
    if (reaction)
      await apis.notifications.withdraw({
        key: `reaction:${reaction.post}:${reaction.account}:${reaction.emoji}`,
      });
  });

  // Somebody signed up and waits for a moderator.
  kit.events.on('account.created', async ({ id }) => {
    const account = await apis.accounts.get(id);
    if (account?.state !== 'awaiting_approval' || account.domain !== null) return;
    const staff = await apis.accounts.staff(['admin', 'moderator']);
    await apis.notifications.notify(
      staff.map((one) => ({ account: one, type: 'admin.sign_up', from: id, key: `sign_up:${id}` })),
    );
  });

  kit.events.on('follow.requested', async ({ id }) => {
    const follow = await deps.followOf(id);
    if (follow?.state !== 'requested') return;
    await apis.notifications.notify([
      {
        account: follow.target,
        type: 'follow_request',
        from: follow.follower,
        key: `follow_request:${follow.follower}`,
      },
    ]);
  });

  kit.events.on('follow.accepted', async ({ id, data }) => {
    const follow = await deps.followOf(id);
    if (!follow || data.again) return;
    await apis.notifications.withdraw({
      account: follow.target,
      key: `follow_request:${follow.follower}`,
    });
    await apis.notifications.notify([
      {
        account: follow.target,
        type: 'follow',
        from: follow.follower,
        key: `follow:${follow.follower}`,
      },
    ]);
  });

  for (const name of ['follow.rejected', 'follow.ended'] as const) {
    kit.events.on(name, async ({ id }) => {
      const follow = await deps.followOf(id);
      if (!follow) return;
      for (const kind of ['follow', 'follow_request'])
        await apis.notifications.withdraw({
          account: follow.target,
          key: `${kind}:${follow.follower}`,
        });
    });
  }
}

function accountsOf(readers: Reader[]): string[] {
  return readers
    .filter((reader) => reader.startsWith('account:'))
    .map((reader) => reader.slice('account:'.length));
}
