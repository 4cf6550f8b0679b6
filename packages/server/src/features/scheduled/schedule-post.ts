/** Somebody keeps a post for later, moves it, drops it; when its time comes it is posted once. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, type FieldProblem, invalid, notFound } from '../../platform/app-error.ts';
import type { Scheduled, ScheduledPost } from './scheduled.ts';
import type { ScheduledStore } from './scheduled-store.ts';

const AT_ONCE = 100;
const AGAIN_MS = 60_000;
const LEASE_MS = 60_000;
const MOST_MS = 2 * 366 * 86_400_000;

export type SchedulePosts = ReturnType<typeof createSchedulePosts>;

export function createSchedulePosts(deps: { kit: Kit; apis: Apis; store: ScheduledStore }) {
  const { kit, apis, store } = deps;
  const { schedule_min_seconds: soonest, scheduled_per_person: most } = kit.config.limits;

  function checkTime(at: number): void {
    const wait = at - kit.clock.now();
    if (wait >= soonest * 1000 && wait <= MOST_MS) return;
    throw invalid(
      problem('ERR_INVALID', `must be between ${soonest} seconds and two years from now`),
    );
  }

  async function schedule(wanted: Parameters<Scheduled['schedule']>[0]): Promise<ScheduledPost> {
    const { author, content, at, idempotencyKey } = wanted;
    const account = author._id;
    const before = idempotencyKey && (await store.byIdempotency(account, idempotencyKey));
    if (before) return before;
    checkTime(at);
    await apis.posts.rehearse({ author, ...content });
    if ((await store.count(account)) >= most)
      throw invalid(problem('ERR_TOO_MANY', `would be more than ${most} that wait`));
    const post: ScheduledPost = {
      _id: kit.nextId(),
      account,
      content,
      at,
      dueAt: at,
      createdAt: kit.clock.now(),
      ...(idempotencyKey && { idempotencyKey }),
    };
    await apis.media.attach(content.media, account, post._id);
    if (await store.insert(post)) return post;
    await apis.media.release(content.media, post._id);
    const known = idempotencyKey ? await store.byIdempotency(account, idempotencyKey) : null;
    if (!known) throw new AppError('conflict', 'It was scheduled already');
    return known;
  }

  async function get(id: string, account: string): Promise<ScheduledPost> {
    const post = await store.get(id, account);
    if (!post) throw notFound();
    return post;
  }

  async function move(id: string, account: string, at: number): Promise<ScheduledPost> {
    await get(id, account);
    checkTime(at);
    return (await store.move(id, account, at)) ?? (await tooLate(id, account));
  }

  async function drop(id: string, account: string): Promise<void> {
    const post = await get(id, account);
    if (!(await store.drop(id, account))) await tooLate(id, account);
    await apis.media.release(post.content.media, id);
  }

  /** @throws AppError: it is being posted in this moment, or is gone already */
  async function tooLate(id: string, account: string): Promise<never> {
    await get(id, account);
    throw new AppError('conflict', 'It is being posted at this moment');
  }

  /** Each gets a job of its own: what one has to wait for holds up no other. */
  async function enqueueDue(): Promise<void> {
    const now = kit.clock.now();
    for (const post of await store.due(now, AT_ONCE))
      if (await store.lease(post, now + LEASE_MS))
        await kit.queues.add('scheduled', { id: post._id }, { attempts: 1 });
  }

  async function publishById(id: string): Promise<void> {
    const post = await store.claim(id);
    if (post) await publish(post);
  }

  /** The key makes a second try after a crash find the first one's post. */
  async function publish(post: ScheduledPost): Promise<void> {
    const { _id: id, account, content } = post;
    const author = await apis.accounts.get(account);
    if (author?.state !== 'active') {
      await store.failed(id, 'The account is not active');
      return;
    }
    try {
      await apis.media.release(content.media, id);
      await apis.posts.publish({ author, ...content, idempotencyKey: `scheduled:${id}` });
      await store.posted(id);
    } catch (error) {
      const isFinal = error instanceof AppError && error.code !== 'rate_limited';
      const again = isFinal ? undefined : kit.clock.now() + AGAIN_MS;
      kit.log.warn({ err: error, scheduled: id, again }, 'a scheduled post was not posted');
      await store.failed(id, isFinal ? error.message : 'Tried again soon', again);
    }
  }

  return { schedule, get, move, drop, enqueueDue, publishById };
}

function problem(code: string, message: string): FieldProblem {
  return { field: 'scheduled_at', code, message };
}
