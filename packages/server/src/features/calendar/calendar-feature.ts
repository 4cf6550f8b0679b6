/** The calendar feature: events that posts announce, and who comes to them. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { everyPage } from '../../personal-data.ts';
import { createAnswerInvitation } from './answer-invitation.ts';
import { attendanceIndexes, createAttendanceStore } from './attendance-store.ts';
import type { Calendar } from './calendar.ts';
import { createCalendarInbox } from './calendar-inbox.ts';
import { addCalendarRoutes } from './calendar-routes.ts';
import { calendarIndexes, createCalendarStore } from './calendar-store.ts';
import { createKeepCalendar } from './keep-calendar.ts';
import { createReadCalendar } from './read-calendar.ts';

const REMINDERS_EVERY_MS = 5000;

export function createCalendarFeature(kit: Kit, apis: Apis): { feature: Feature; api: Calendar } {
  const store = createAttendanceStore(kit.mongo);
  const entries = createCalendarStore(kit.mongo);
  const invitations = createAnswerInvitation({ kit, apis, store });
  const calendar = createReadCalendar({ kit, apis, store, entries });
  const keep = createKeepCalendar({ kit, apis, store, entries, invitations });

  const api: Calendar = {
    enter: keep.enter,
    answersOf: async (posts, account) => {
      if (posts.length === 0 || !account) return new Map();
      const rows = await store.mineOn(account, posts);
      return new Map(rows.map(({ post, answer, state }) => [post, { answer, state }]));
    },
    attendees: async (post, most) => (await store.expected(post, most)).map((row) => row.account),
    purge: async (posts) => {
      await store.purgePosts(posts);
      await entries.remove(posts);
    },
  };

  return {
    feature: {
      name: 'calendar',
      indexes: [...attendanceIndexes, ...calendarIndexes],
      pending: ['attendances'],
      personalData: [
        {
          name: 'events',
          read: async function* (account) {
            for await (const row of everyPage((page) => store.ofAccount(account, page))) {
              const [post] = await apis.posts.many([row.post]);
              if (!post?.event) continue;
              const { startsAt } = post.event;
              yield {
                event: post.iri,
                title: post.title,
                starts_at: new Date(startsAt).toISOString(),
                answer: row.answer,
                answered_at: new Date(row.at).toISOString(),
              };
            }
          },
        },
      ],
      timers: [{ name: 'event reminders', everyMs: REMINDERS_EVERY_MS, run: keep.remind }],
      routes: (endpoints) =>
        addCalendarRoutes(endpoints, { kit, apis, store, invitations, calendar }),
      inbound: [createCalendarInbox({ kit, apis, store, invitations })],
    },
    api,
  };
}
