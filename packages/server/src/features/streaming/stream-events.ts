/** Which events of the house are told live. */
import type { Apis } from '../../apis.ts';
import type { EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from '../posts/post.ts';
import type { StreamChannel } from './stream-channel.ts';
import { factsOf, type PostEventName, type PostFacts } from './stream-message.ts';
import type { Streaming } from './streaming.ts';

/** An old post that somebody looked up is no news. */
const NEWS_MS = 6 * 3600_000;

export function subscribeStreams(deps: {
  kit: Kit;
  apis: Apis;
  channel: StreamChannel;
  streaming: Streaming;
}): void {
  const { kit, apis, channel, streaming } = deps;

  function onPost(
    name: EventName,
    event: PostEventName,
    isNews: (post: Post) => boolean = () => true,
  ): void {
    kit.events.on(name, async ({ id }) => {
      const post = await apis.posts.get(id);
      if (post && isNews(post)) channel.send({ type: 'post', event, post: await listed(post) });
    });
  }

  /** Posts of whom is silenced, alone or with the whole host, are in no public list. */
  async function listed(post: Post): Promise<PostFacts> {
    const isSilenced =
      (post.host !== undefined && apis.policy.restriction(post.host)?.silence) ||
      (await apis.accounts.get(post.author))?.restricted === 'silenced';
    const facts = { ...factsOf(post), ...(await sharedLanguage(post)) };
    return isSilenced ? { ...facts, streams: [] } : facts;
  }

  /** A share is in the language of what it shares, for those who follow in some languages only. */
  async function sharedLanguage({ shareOf }: Post): Promise<Pick<PostFacts, 'language'>> {
    const language = shareOf && (await apis.posts.get(shareOf))?.language;
    return language ? { language } : {};
  }

  const isFresh = (post: Post) =>
    post.deletedAt === undefined && kit.clock.now() - post.publishedAt < NEWS_MS;
  onPost('post.published', 'update', isFresh);
  onPost('post.shared', 'update', isFresh);
  onPost('post.edited', 'status.update');
  onPost('poll.changed', 'status.update');
  onPost('poll.closed', 'status.update');
  onPost('attendance.changed', 'status.update');
  onPost('quote.changed', 'status.update');
  onPost('post.deleted', 'delete');
  onPost('post.unshared', 'delete');

  for (const name of ['follow.accepted', 'follow.rejected', 'follow.ended'] as const) {
    kit.events.on(name, async ({ id }) => {
      const follow = await apis.relations.follow(id);
      if (follow) streaming.refresh(follow.follower);
    });
  }

  for (const name of ['membership.accepted', 'membership.ended'] as const) {
    kit.events.on(name, async ({ data }) => {
      if (data.account) streaming.refresh(data.account);
    });
  }

  kit.events.on('filters.changed', async ({ id }) => {
    streaming.refresh(id);
    streaming.publish({ event: 'filters_changed', payload: null, to: { accounts: [id] } });
  });
  kit.events.on('account.updated', async ({ id, local }) => {
    if (local) streaming.refresh(id);
  });
  for (const name of ['account.suspended', 'account.deleted'] as const)
    kit.events.on(name, async ({ id }) => streaming.cut({ accounts: [id] }));
}
