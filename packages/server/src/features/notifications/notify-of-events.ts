/** Which events tell whom. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from '../posts/post.ts';
import type { NewNotification } from './notifications.ts';

/** A plain like; see the posts feature. */
const LIKE = '★';

export function subscribeNotifications(deps: {
  kit: Kit;
  apis: Apis;
  followOf: (id: string) => Promise<{ follower: string; target: string; state: string } | null>;
}): void {
  const { kit, apis } = deps;

  kit.events.on('post.published', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post || post.deletedAt) return;
    await apis.notifications.notify(await toldOf(post));
  });

  async function toldOf(post: Post): Promise<NewNotification[]> {
    const direct =
      post.audience === 'direct'
        ? post.readers.map((reader) => reader.slice('account:'.length))
        : [];
    const mentioned = post.mentions.map((mention) => mention.account);
    const answered = post.inReplyToAccount ? [post.inReplyToAccount] : [];
    const people = [...new Set([...mentioned, ...answered, ...direct])].filter(
      (account) => account !== post.author,
    );
    if (people.length === 0) return [];
    const muted = await Promise.all(
      people.map((account) => apis.posts.threadsMuted(account, [post.root ?? post._id])),
    );
    return people
      .filter((_, index) => muted[index]?.size === 0)
      .map((account) => ({
        account,
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
