/** The client API of polls. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import { viewPoll } from './poll-view.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import type { Post } from './post.ts';
import { hasPoll, type VoteInPolls } from './vote-in-poll.ts';

const params = z.object({ id: z.string().refine(isId, 'is not a poll id') });
const choices = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value].filter((one) => one !== undefined)),
  z.array(z.coerce.number().int().min(0)).min(1, "can't be blank").max(100),
);

export function addPollRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; votes: PollVoteStore; polls: VoteInPolls },
): void {
  const { kit, votes, polls } = deps;

  async function view(post: Post, viewer: Account) {
    if (!hasPoll(post)) throw notFound();
    const own = await votes.of(post._id, viewer._id);
    return viewPoll(post, viewer, own ?? undefined, kit.clock.now());
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/polls/:id',
      summary: 'A poll',
      auth: 'member',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => view(await polls.find(id, account), account),
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/polls/:id/votes',
      summary: 'Vote: indexes of options',
      auth: 'member',
      scope: 'write:statuses',
      params,
      body: z.object({ choices }),
    },
    async ({ account, params: { id }, body }) =>
      view(await polls.vote(id, account, body.choices), account),
  );
}
