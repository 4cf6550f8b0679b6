/** Whether somebody may quote these posts, as their authors wish. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';
import { type Approval, approvalFor } from './quote.ts';

export type JudgeQuotes = (posts: Post[], viewer: Account | null) => Promise<Map<string, Approval>>;

export function createJudgeQuotes(deps: { apis: Apis }): JudgeQuotes {
  const { apis } = deps;

  return async function judge(posts, viewer) {
    const me = viewer?._id ?? '';
    const authorsWhoName = (group: 'followers' | 'following') => [
      ...new Set(
        posts
          .filter(({ canQuote }) => [canQuote?.automatic, canQuote?.manual].flat().includes(group))
          .map((post) => post.author),
      ),
    ];
    const [toFollow, toBeFollowed] = [authorsWhoName('followers'), authorsWhoName('following')];
    const [followed, following] = await Promise.all([
      viewer && toFollow.length > 0 ? apis.relations.followsAmong(me, toFollow) : new Set<string>(),
      viewer && toBeFollowed.length > 0
        ? apis.relations.followersSince(me, toBeFollowed)
        : new Map<string, number>(),
    ]);
    return new Map(
      posts.map((post) => {
        const facts = { follows: followed.has(post.author), followed: following.has(post.author) };
        if (!viewer) return [post._id, 'denied' as const];
        if (post.author === me)
          return [post._id, post.audience === 'direct' ? 'denied' : 'automatic'] as const;
        return [post._id, approvalFor(post, facts)] as const;
      }),
    );
  };
}
