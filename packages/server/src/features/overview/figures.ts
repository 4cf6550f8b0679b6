/** Figures of what people write, made of who wrote when; a day is one of UTC. */
export type Written = { author: string; at: number };
export type Week = { posts: number; authors: number };
export type Day = { date: string; posts: number; authors: number };
export type Figures = { this_week: Week; week_before: Week; days: Day[] };

export const DAYS = 30;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

export function figuresOf(rows: Written[], now: number): Figures {
  const between = (from: number, to: number) => rows.filter(({ at }) => at > from && at <= to);
  const byDay = Map.groupBy(rows, ({ at }) => dateOf(at));
  return {
    this_week: count(between(now - WEEK_MS, now)),
    week_before: count(between(now - 2 * WEEK_MS, now - WEEK_MS)),
    days: Array.from({ length: DAYS }, (_, index) => {
      const date = dateOf(now - (DAYS - 1 - index) * DAY_MS);
      return { date, ...count(byDay.get(date) ?? []) };
    }),
  };
}

function count(rows: Written[]): Week {
  return { posts: rows.length, authors: new Set(rows.map(({ author }) => author)).size };
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
