/** The freshness feature: profiles, threads and deletions that nobody told us of, bounded. */
import { iriHost } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import { FETCH_LIMITS } from '../../inbox/fetch-limits.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Post } from '../posts/post.ts';
import type { Freshness } from './freshness.ts';

const fetchJob = z.union([z.object({ profile: z.string() }), z.object({ thread: z.string() })]);
type FetchJob = z.infer<typeof fetchJob>;

export function createFreshnessFeature(kit: Kit, apis: Apis): { feature: Feature; api: Freshness } {
  const profiles = createBoundedCache<string, true>(10_000, { ttl: FETCH_LIMITS.profileEveryMs });
  const threads = createBoundedCache<string, true>(10_000, { ttl: FETCH_LIMITS.threadEveryMs });

  /** A look more or less: where Redis does not answer it is left out. */
  function enqueue(job: FetchJob, delay = 0): void {
    const options = { attempts: 2, ...(delay > 0 && { delay }) };
    kit.queues
      .add('fetch', job, options)
      .catch((error) => kit.log.debug({ err: error }, 'not looked at again'));
  }

  function profileSeen(account: Parameters<Freshness['profileSeen']>[0]): void {
    if (account.domain === null || profiles.has(account._id)) return;
    if (kit.clock.now() - (account.fetchedAt ?? 0) < FETCH_LIMITS.profileStaleMs) return;
    profiles.set(account._id, true);
    enqueue({ profile: account._id });
  }

  function threadOpened(post: Post): void {
    const key = post.root ?? post._id;
    if (post.audience === 'direct' || post.audience === 'company' || threads.has(key)) return;
    threads.set(key, true);
    enqueue({ thread: post._id });
  }

  kit.events.on('post.published', async ({ id, local }) => {
    const post = local ? null : await apis.posts.get(id);
    if (post?.kind !== 'post' || post.audience === 'direct') return;
    if (post.inReplyToIri && !post.inReplyTo)
      enqueue({ thread: post._id }, FETCH_LIMITS.parentDelayMs);
  });

  async function run(data: unknown): Promise<void> {
    const job = fetchJob.parse(data);
    if ('profile' in job) {
      const account = await apis.accounts.get(job.profile);
      if (account && (await takeTurn(account.iri))) await apis.accounts.lookAgain(account._id);
      return;
    }
    const post = await apis.posts.get(job.thread);
    if (post && (post.local || (await takeTurn(post.iri))))
      await apis.posts.completeThread(post._id);
  }

  /** False where its host had its share of this minute: somebody will ask again. */
  async function takeTurn(iri: string): Promise<boolean> {
    try {
      await kit.rateLimiter.take({
        name: 'fetch',
        key: iriHost(iri),
        limit: FETCH_LIMITS.jobsPerHostPerMinute,
        windowSeconds: 60,
      });
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  return {
    feature: {
      name: 'freshness',
      indexes: [],
      jobs: [{ queue: 'fetch', concurrency: FETCH_LIMITS.jobs, handler: run }],
    },
    api: { profileSeen, threadOpened },
  };
}
