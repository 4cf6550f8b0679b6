import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent, WithPending } from '../../platform/pending.ts';

export type PollVote = WithPending & {
  _id: string;
  /** The post that the poll is in. */
  post: string;
  account: string;
  choices: number[];
  /** The voter is here. */
  local: boolean;
  at: number;
};

export const pollVoteIndexes: IndexSpec[] = [
  {
    collection: 'poll_votes',
    name: 'poll_votes_once',
    key: { post: 1, account: 1 },
    unique: true,
  },
  { collection: 'poll_votes', name: 'poll_votes_choice', key: { post: 1, choices: 1 } },
  { collection: 'poll_votes', name: 'poll_votes_account', key: { account: 1, post: 1 } },
];

export type PollVoteStore = ReturnType<typeof createPollVoteStore>;

export function createPollVoteStore(mongo: Mongo) {
  const votes = mongo.collection<PollVote>('poll_votes');

  async function insert(vote: PollVote, event?: PendingEvent): Promise<boolean> {
    try {
      await votes.insertOne({ ...vote, ...(event && { pending: [event] }) });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  return {
    /** False where this person voted before. */
    insert,
    get: (id: string) => votes.findOne({ _id: id }),
    of: (post: string, account: string) => votes.findOne({ post, account }),
    addChoice: (post: string, account: string, choice: number) =>
      votes.updateOne({ post, account }, { $addToSet: { choices: choice } }),
    mineOn: (account: string, posts: string[]) =>
      votes.find({ account, post: { $in: posts } }).toArray(),
    votersAmong: (post: string, accounts: string[]) =>
      votes.find({ post, account: { $in: accounts } }).toArray(),
    count: (post: string, choice?: number) =>
      votes.countDocuments({ post, ...(choice !== undefined && { choices: choice }) }),
    voters: (post: string, most: number) =>
      votes
        .find({ post }, { projection: { account: 1, local: 1 } })
        .limit(most)
        .toArray(),
    purgePosts: (posts: string[]) => votes.deleteMany({ post: { $in: posts } }),
  };
}
