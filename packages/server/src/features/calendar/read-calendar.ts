/** Which events somebody sees: coming and past, of a group, and those they answered. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { hasEvent, type WithEvent } from '../posts/event.ts';
import type { Place } from '../posts/post.ts';
import { type CalendarEntry, orderOf } from './attendance.ts';
import type { AttendanceStore } from './attendance-store.ts';
import type { CalendarStore } from './calendar-store.ts';

/** Answers of one person that are looked at for their own events. */
const MOST_ANSWERS = 1000;
/** Pages read to fill one where much is not for this viewer. */
const MOST_ROUNDS = 5;

export type Wanted = {
  when: 'upcoming' | 'past';
  group?: string;
  mine: boolean;
  after?: string;
  limit: number;
};
/** `next`: what to ask `after` for more; null at the end. */
export type EventPage = { posts: WithEvent[]; next: string | null };
export type ReadCalendar = ReturnType<typeof createReadCalendar>;

export function createReadCalendar(deps: {
  kit: Kit;
  apis: Apis;
  store: AttendanceStore;
  entries: CalendarStore;
}) {
  const { kit, apis, store, entries } = deps;

  async function page(viewer: Account, wanted: Wanted): Promise<EventPage> {
    const { limit } = wanted;
    const fetch = await fetcherOf(viewer, wanted);
    const posts: WithEvent[] = [];
    let after = wanted.after;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const rows = await fetch(after, limit + 1);
      const taken = rows.slice(0, limit + 1 - posts.length);
      posts.push(...(await visible(taken, viewer)));
      after = taken.at(-1)?.order ?? after;
      const isEnd = rows.length <= limit;
      if (isEnd && taken.length === rows.length && posts.length <= limit)
        return { posts, next: null };
      if (posts.length > limit) break;
    }
    const shown = posts.slice(0, limit);
    const last = shown.at(-1);
    const next = posts.length > limit && last ? orderOf(last.event.startsAt, last._id) : after;
    return { posts: shown, next: next ?? null };
  }

  async function fetcherOf(viewer: Account, { when, group, mine }: Wanted) {
    const now = kit.clock.now();
    const isPast = when === 'past';
    if (mine) {
      const own = await ownEntries(viewer._id, isPast, now);
      return async (after: string | undefined, limit: number) => {
        const rest = after
          ? own.filter(({ order }) => (isPast ? order < after : order > after))
          : own;
        return rest.slice(0, limit);
      };
    }
    const places = group ? await groupPlace(group, viewer) : await apis.posts.homePlaces(viewer);
    return (after: string | undefined, limit: number) =>
      isPast
        ? entries.past(places, now, { after, limit })
        : entries.coming(places, now, { after, limit });
  }

  /** The posts that are visible decide; the group only has to be there. */
  async function groupPlace(id: string, viewer: Account): Promise<Place[]> {
    const hidden = await apis.groups.hiddenFor(viewer, [id]);
    if (hidden.has(id) || !(await apis.groups.get(id))) throw notFound();
    return [`group:${id}`];
  }

  async function ownEntries(
    account: string,
    isPast: boolean,
    now: number,
  ): Promise<CalendarEntry[]> {
    const rows = await store.ofAccount(account, { limit: MOST_ANSWERS });
    const coming = rows.filter((row) => row.answer !== 'declined' && row.state !== 'rejected');
    const found = await entries.among(coming.map((row) => row.post));
    const wanted = found.filter((entry) => (isPast ? entry.startsAt < now : entry.endsAt >= now));
    const sorted = wanted.sort((a, b) => (a.order < b.order ? -1 : 1));
    return isPast ? sorted.reverse() : sorted;
  }

  async function visible(rows: CalendarEntry[], viewer: Account): Promise<WithEvent[]> {
    const posts = await apis.posts.visibleMany(
      rows.map((row) => row._id),
      viewer,
    );
    return posts.filter(hasEvent);
  }

  return { page };
}
