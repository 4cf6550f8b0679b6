/** Figures of what people write, made of who wrote when; a day is one of UTC. */
export type Written = { id?: string; author: string; at: number; root?: string; group?: string };
export type Week = { posts: number; authors: number };
export type Day = { date: string; posts: number; authors: number };
/** Minutes until somebody else first answers a post in a group; null where nobody did. */
export type Replies = { this_week: number | null; week_before: number | null };
export type Figures = { this_week: Week; week_before: Week; first_reply: Replies; days: Day[] };

export const DAYS = 30;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

export function figuresOf(rows: Written[], now: number): Figures {
  const between = (from: number, to: number) => rows.filter(({ at }) => at > from && at <= to);
  const byDay = Map.groupBy(rows, ({ at }) => dateOf(at));
  return {
    this_week: count(between(now - WEEK_MS, now)),
    week_before: count(between(now - 2 * WEEK_MS, now - WEEK_MS)),
    first_reply: {
      this_week: medianReply(rows, now - WEEK_MS, now),
      week_before: medianReply(rows, now - 2 * WEEK_MS, now - WEEK_MS),
    },
    days: Array.from({ length: DAYS }, (_, index) => {
      const date = dateOf(now - (DAYS - 1 - index) * DAY_MS);
      return { date, ...count(byDay.get(date) ?? []) };
    }),
  };
}

/** Of posts in groups that were written in this time. */
function medianReply(rows: Written[], from: number, to: number): number | null {
  const asked = new Map(
    rows.flatMap((one) =>
      one.group && one.id && !one.root && one.at > from && one.at <= to ? [[one.id, one]] : [],
    ),
  );
  const first = new Map<string, number>();
  for (const { root, author, at } of rows) {
    const post = root === undefined ? undefined : asked.get(root);
    if (!post || !root || post.author === author) continue;
    first.set(root, Math.min(first.get(root) ?? Number.POSITIVE_INFINITY, at - post.at));
  }
  const waits = [...first.values()].toSorted((a, b) => a - b);
  const middle = waits[Math.floor((waits.length - 1) / 2)];
  return middle === undefined ? null : Math.round(Math.max(0, middle) / 60_000);
}

function count(rows: Written[]): Week {
  return { posts: rows.length, authors: new Set(rows.map(({ author }) => author)).size };
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
