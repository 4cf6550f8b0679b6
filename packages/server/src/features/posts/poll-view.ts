/** Mastodon `Poll` entities. A poll has the id of its post. */
import type { Account } from '../accounts/account.ts';
import { isOver, type Poll } from './poll.ts';
import type { PollVote } from './poll-vote-store.ts';
import type { Post } from './post.ts';

export function viewPoll(
  post: Pick<Post, '_id' | 'author'> & { poll: Poll },
  viewer: Account | null,
  own: PollVote | undefined,
  now: number,
) {
  const { poll } = post;
  const over = isOver(poll, now);
  const shown = over || !poll.hideTotals;
  return {
    id: post._id,
    expires_at: poll.endsAt ? new Date(poll.endsAt).toISOString() : null,
    expired: over,
    multiple: poll.multiple,
    votes_count: poll.counts.reduce((sum, count) => sum + count, 0),
    voters_count: poll.voters,
    options: poll.options.map((title, index) => ({
      title,
      votes_count: shown ? (poll.counts[index] ?? 0) : null,
    })),
    emojis: [],
    ...(viewer && {
      voted: own !== undefined || post.author === viewer._id,
      own_votes: own?.choices ?? [],
    }),
  };
}
