/** Votes in polls: by people here, and by people elsewhere in polls of ours. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { choiceProblem, isOver, type Poll } from './poll.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import { type Post, scopeOf } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReadPosts } from './read-posts.ts';

/** Votes that come in quick succession are told elsewhere together. */
const TELL_AFTER_MS = 5000;

export type WithPoll = Post & { poll: Poll };
export type VoteInPolls = ReturnType<typeof createVoteInPolls>;

export function hasPoll(post: Post | null): post is WithPoll {
  return post?.poll !== undefined && post.deletedAt === undefined;
}

export function createVoteInPolls(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  votes: PollVoteStore;
  read: ReadPosts;
}) {
  const { kit, apis, store, votes, read } = deps;
  const refusal = (field: string, message: string) =>
    invalid({ field, code: 'ERR_INVALID', message });

  async function find(id: string, viewer: Account): Promise<WithPoll> {
    const post = await read.target(id, viewer);
    if (!hasPoll(post)) throw notFound();
    return post;
  }

  async function vote(id: string, account: Account, choices: number[]): Promise<Post> {
    const post = await find(id, account);
    const wanted = [...new Set(choices)].sort((a, b) => a - b);
    const problem = choiceProblem(post.poll, wanted);
    if (problem) throw refusal('choices', problem);
    if (isOver(post.poll, kit.clock.now())) throw refusal('poll', 'has ended already');
    if (post.author === account._id) throw refusal('poll', 'is your own');
    const author = await apis.accounts.get(post.author);
    if (!author || (author.domain !== null && !isAllowed(post, author)))
      throw refusal('poll', 'cannot be reached: no agreement covers it');
    const row = voteOf(post, account, wanted);
    if (!(await votes.insert(row, kit.pending.entry('poll.voted'))))
      throw refusal('poll', 'has your vote already');
    if (post.local) await recount(post);
    // The origin tells the true numbers soon.
    else await store.addCounts({ id: post._id, inc: incrementsOf(wanted) });
    await kit.pending.kick('poll_votes', row._id);
    return (await store.byId(post._id)) ?? post;
  }

  function isAllowed(post: Post, author: Account): boolean {
    return apis.policy.allows(iriHost(author.iri), scopeOf(post), post.group);
  }

  function voteOf(post: Post, account: Account, choices: number[]) {
    const local = account.domain === null;
    return {
      _id: kit.nextId(),
      post: post._id,
      account: account._id,
      choices,
      local,
      at: kit.clock.now(),
    };
  }

  /** A vote from elsewhere in a poll of ours: one option, by its words. Idempotent. */
  async function receive(
    post: WithPoll,
    account: Account,
    option: string,
  ): Promise<{ kind: 'voted' | 'known' } | { kind: 'refused'; reason: string }> {
    const choice = post.poll.options.indexOf(option);
    const reason = await unfit(post, account, choice);
    if (reason) return { kind: 'refused', reason };
    const isNew = await votes.insert(voteOf(post, account, [choice]));
    if (!isNew) {
      const known = await votes.of(post._id, account._id);
      if (known?.choices.includes(choice)) return { kind: 'known' };
      if (!post.poll.multiple) return { kind: 'refused', reason: 'voted already' };
      await votes.addChoice(post._id, account._id, choice);
    }
    await recount(post);
    return { kind: 'voted' };
  }

  async function unfit(post: WithPoll, account: Account, choice: number): Promise<string | null> {
    if (choice === -1) return 'no such option';
    if (isOver(post.poll, kit.clock.now())) return 'the poll has ended';
    if (!isAllowed(post, account)) return 'the agreement does not allow it';
    const seen = await read.visibleOf([post], account, { hideMuted: false });
    if (seen.length === 0) return 'the poll is not for this person';
    return (await apis.relations.blockedEither(account._id, post.author)) ? 'blocked' : null;
  }

  /** The numbers of a poll of ours follow from its votes; told to others a little later. */
  async function recount(post: WithPoll): Promise<void> {
    const counts = await Promise.all(
      post.poll.options.map((_, choice) => votes.count(post._id, choice)),
    );
    await store.setPollCounts(post._id, { counts, voters: await votes.count(post._id) });
    await store.tellPollAt(post._id, kit.clock.now() + TELL_AFTER_MS);
  }

  return { find, vote, receive, recount };
}

function incrementsOf(choices: number[]): Record<string, number> {
  return {
    'poll.voters': 1,
    ...Object.fromEntries(choices.map((choice) => [`poll.counts.${choice}`, 1])),
  };
}
