/** How much this server is used: counted again after a while, whoever asks. */
import type { Apis } from '../../apis.ts';
import type { Clock } from '../../platform/clock.ts';

const GOOD_FOR_MS = 60_000;
const MONTH_MS = 30 * 86_400_000;
const BATCH = 500;

/** `active`: people who wrote something in the last thirty days. */
export type Usage = { users: number; active: number; posts: number };

export function createUsage(deps: { apis: Apis; clock: Clock }): () => Promise<Usage> {
  const { apis, clock } = deps;
  let counted: { at: number; usage: Promise<Usage> } | null = null;

  async function count(): Promise<Usage> {
    const usage = { users: 0, active: 0, posts: 0 };
    const since = clock.now() - MONTH_MS;
    let after: string | undefined;
    do {
      const people = await apis.accounts.people({ after, limit: BATCH });
      for (const { counts, lastPostAt, state } of people) {
        usage.posts += counts.posts;
        if (state !== 'gone') usage.users += 1;
        if ((lastPostAt ?? 0) > since) usage.active += 1;
      }
      after = people.length < BATCH ? undefined : people.at(-1)?.username;
    } while (after !== undefined);
    return usage;
  }

  return () => {
    const now = clock.now();
    if (counted && now - counted.at < GOOD_FOR_MS) return counted.usage;
    const usage = count();
    counted = { at: now, usage };
    usage.catch(() => {
      counted = null;
    });
    return usage;
  };
}
