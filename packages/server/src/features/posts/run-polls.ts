/** What happens to polls by themselves: new numbers are told (of events too), and the end. */
import { readNote } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { pollOf } from './compose-remote.ts';
import { hasEvent } from './event.ts';
import { isSamePoll } from './poll.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import { hasPoll, type VoteInPolls, type WithPoll } from './vote-in-poll.ts';

const AT_ONCE = 200;
/** Voters told of the end of one poll. */
const MOST_TOLD = 10_000;

export type RunPolls = ReturnType<typeof createRunPolls>;

export function createRunPolls(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  votes: PollVoteStore;
  polls: VoteInPolls;
}) {
  const { kit, apis, store, votes, polls } = deps;

  /** Polls whose time has come. Each is moved on in one write, so that no two processes do it. */
  async function runDue(): Promise<void> {
    const now = kit.clock.now();
    for (const post of await store.duePolls(now, AT_ONCE)) {
      if (hasEvent(post)) {
        await tellAttendance(post, now);
        continue;
      }
      if (!hasPoll(post)) {
        await store.change(post._id, {}, { unset: ['pollDueAt'] });
        continue;
      }
      const isDue = { pollDueAt: post.pollDueAt };
      const ended = post.poll.endsAt !== undefined && post.poll.endsAt <= now;
      const moved = ended
        ? await store.change(
            post._id,
            isDue,
            { set: { 'poll.closedAt': now } as object, unset: ['pollDueAt'] },
            kit.pending.entry('poll.closed'),
          )
        : await store.change(
            post._id,
            isDue,
            post.poll.endsAt ? { set: { pollDueAt: post.poll.endsAt } } : { unset: ['pollDueAt'] },
            kit.pending.entry('poll.changed', { at: String(now) }),
          );
      if (moved) await kit.pending.kick('posts', post._id);
    }
  }

  async function tellAttendance(post: Post, now: number): Promise<void> {
    const moved = await store.change(
      post._id,
      { pollDueAt: post.pollDueAt },
      { unset: ['pollDueAt'] },
      kit.pending.entry('attendance.changed', { at: String(now) }),
    );
    if (moved) await kit.pending.kick('posts', post._id);
  }

  /** The last word on a remote poll is its origin's; where it does not answer, what we know stays. */
  async function refresh(post: WithPoll): Promise<void> {
    const fetched = await kit.remote.document(post.iri);
    const note = fetched.kind === 'ok' ? readNote(fetched.document) : null;
    const poll = note?.id === post.iri ? pollOf(note, kit.clock.now()) : undefined;
    if (poll && isSamePoll(poll, post.poll)) await store.setPollCounts(post._id, poll);
  }

  // A crash may have come between a vote and its count.
  kit.events.on('poll.voted', async ({ id }) => {
    const vote = await votes.get(id);
    const post = vote && (await store.byId(vote.post));
    if (post && hasPoll(post) && post.local) await polls.recount(post);
  });

  kit.events.on('poll.closed', async ({ id }) => {
    const post = await store.byId(id);
    if (!post || !hasPoll(post)) return;
    const here = (await votes.voters(id, MOST_TOLD)).filter((vote) => vote.local);
    if (!post.local && here.length > 0) await refresh(post);
    const told = new Set([post.author, ...here.map((vote) => vote.account)]);
    await apis.notifications.notify(
      [...told].map((account) => ({
        account,
        type: 'poll',
        from: post.author,
        post: id,
        ...(post.group && { group: post.group }),
        key: `poll:${id}`,
      })),
    );
  });

  return { runDue };
}
