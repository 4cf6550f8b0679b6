/** A post, its change or its end, told to the viewers of this process who may read it. */
import type { Apis } from '../../apis.ts';
import { type Account, isStaff } from '../accounts/account.ts';
import { type FilterContext, isHidden } from '../filters/filter.ts';
import type { Post } from '../posts/post.ts';
import type { StatusView } from '../posts/posts.ts';
import type { Connection } from './connection.ts';
import { type Hub, listening, type Viewer } from './hub.ts';
import { showsPost } from './match-post.ts';
import type { Stream } from './stream.ts';
import type { PostEventName, PostFacts } from './stream-message.ts';
import type { WhoReads } from './who-reads.ts';

/** Viewers whose posts are rendered one by one at the same time. */
const AT_ONCE = 8;

type Hearing = { viewer: Viewer; targets: { connection: Connection; stream: Stream }[] };

export function createDeliverPost(deps: { apis: Apis; hub: Hub; whoReads: WhoReads }) {
  const { apis, hub, whoReads } = deps;

  return async function deliverPost(event: PostEventName, post: PostFacts): Promise<void> {
    const viewers = [...hub.viewers.values()];
    if (viewers.length === 0) return;
    // What is gone is in no list any more: every stream that may have shown it hears of it.
    const isGone = event === 'delete';
    const hearing = await whoHears(post, viewers, isGone);
    if (hearing.length === 0) return;
    if (isGone) {
      for (const { targets } of hearing)
        for (const { connection, stream } of targets)
          hub.send(connection, stream, 'delete', post._id);
      return;
    }
    await deliver(event, post, hearing);
  };

  /** Viewers who may read it and have a stream that shows it. */
  async function whoHears(post: PostFacts, viewers: Viewer[], isGone: boolean): Promise<Hearing[]> {
    const readers = await whoReads(post, viewers);
    const { answers } = post;
    const ids = viewers.map((viewer) => viewer.account._id);
    const followers = answers ? await apis.relations.followersSince(answers, ids) : new Map();
    return viewers.flatMap((viewer) => {
      if (!readers.reads(viewer)) return [];
      const match = {
        post,
        viewer: viewer.account._id,
        reading: viewer.reading,
        inHome: readers.inHome(viewer),
        followsAnswered: followers.has(viewer.account._id),
      };
      const targets = [
        ...listening(viewer, (one) => (isGone ? mayHaveShown(one.stream) : showsPost(one, match))),
      ].filter(({ connection }) => connection.may.statuses);
      return targets.length > 0 ? [{ viewer, targets }] : [];
    });
  }

  async function deliver(
    event: PostEventName,
    facts: PostFacts,
    hearing: Hearing[],
  ): Promise<void> {
    const post = await apis.posts.get(facts._id);
    if (!post || post.deletedAt !== undefined) return;
    const ids = hearing.map(({ viewer }) => viewer.account._id);
    const own = await apis.posts.touchedBy(post, ids);
    const isAlike = ({ account, reading }: Viewer) =>
      !own.has(account._id) &&
      !reading.hasFilters &&
      // A share is there only where the shared post is for this very viewer.
      post.kind === 'post' &&
      account._id !== post.author;
    const [alike, special] = partition(hearing, ({ viewer }) => isAlike(viewer));
    for (const [, of] of Map.groupBy(alike, ({ viewer }) => isStaff(viewer.account))) {
      const [first] = of;
      if (!first) continue;
      const status = await render(post, first.viewer.account);
      if (status) send(event, status, of);
    }
    await inTurns(special, async (one) => {
      const status = await render(post, one.viewer.account);
      if (status) send(event, status, [one]);
    });
  }

  async function render(post: Post, account: Account): Promise<StatusView | null> {
    const visible =
      post.kind === 'post' ? [post] : await apis.posts.visibleMany([post._id], account);
    const [status] = await apis.posts.present(visible, account);
    return status ?? null;
  }

  function send(event: PostEventName, status: StatusView, hearing: Hearing[]): void {
    const payload = JSON.stringify(status);
    for (const { connection, stream } of hearing.flatMap((one) => one.targets))
      if (!isHidden(status, contextOf(stream))) hub.send(connection, stream, event, payload);
  }

  async function inTurns(all: Hearing[], work: (one: Hearing) => Promise<void>): Promise<void> {
    const queue = all.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const one of queue) await work(one);
      }),
    );
  }
}

function contextOf({ name }: Stream): FilterContext {
  return name.startsWith('public') || name.startsWith('hashtag') ? 'public' : 'home';
}

function mayHaveShown({ name }: Stream): boolean {
  return name !== 'user:notification' && name !== 'direct';
}

function partition<T>(all: T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
