/** The calendar follows the posts: entries, who is told of changes and answers, reminders. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { endOf, hasEvent, planOf, type WithEvent } from '../posts/event.ts';
import { scopeOf } from '../posts/post.ts';
import type { AnswerInvitation } from './answer-invitation.ts';
import { type Answer, type Attendance, type CalendarEntry, orderOf } from './attendance.ts';
import { answerActivity } from './attendance-activity.ts';
import type { AttendanceStore } from './attendance-store.ts';
import type { CalendarStore } from './calendar-store.ts';

const REMIND_BEFORE_MS = 3600_000;
const AT_ONCE = 100;
/** People told of one change. */
const MOST_TOLD = 10_000;

export function createKeepCalendar(deps: {
  kit: Kit;
  apis: Apis;
  store: AttendanceStore;
  entries: CalendarStore;
  invitations: AnswerInvitation;
}) {
  const { kit, apis, store, entries, invitations } = deps;

  function entryOf(post: WithEvent, feed: string): CalendarEntry {
    const { event } = post;
    const remindAt = event.startsAt - REMIND_BEFORE_MS;
    return {
      _id: post._id,
      feed,
      startsAt: event.startsAt,
      endsAt: endOf(event),
      order: orderOf(event.startsAt, post._id),
      planned: planOf(event),
      ...(!event.cancelled && remindAt > kit.clock.now() && { remindAt }),
    };
  }

  async function enter(post: WithEvent): Promise<void> {
    if (!post.feed) return;
    await entries.put(entryOf(post, post.feed));
    if (post.local) await invitations.seatHost(post);
  }

  /** Everybody here who comes, or may. */
  async function tell(
    post: WithEvent,
    type: 'mitoyen.event_changed' | 'mitoyen.event_reminder',
    key: string,
  ): Promise<void> {
    const rows = await store.expected(post._id, MOST_TOLD);
    const here = rows.filter((row) => row.local && row.state !== 'rejected');
    await apis.notifications.notify(
      here.map((row) => ({
        account: row.account,
        type,
        from: post.author,
        post: post._id,
        ...(post.group && { group: post.group }),
        key: `${key}:${post._id}`,
      })),
    );
  }

  kit.events.on('post.published', async ({ id, local }) => {
    const post = await apis.posts.get(id);
    if (!hasEvent(post)) return;
    await enter(post);
    if (local) await invitations.recount(id);
  });

  kit.events.on('post.edited', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!hasEvent(post) || !post.feed) return;
    const before = await entries.get(id);
    const entry = entryOf(post, post.feed);
    if (before?.planned === entry.planned) return;
    if (before) await tell(post, 'mitoyen.event_changed', `event_changed:${post.editedAt ?? 0}`);
    await entries.put(entry);
  });

  kit.events.on('post.deleted', async ({ id }) => {
    await entries.remove([id]);
    await store.purgePosts([id]);
  });

  kit.events.on('attendance.answered', async ({ id, local, data }) => {
    const row = await store.get(id);
    const post = row && (await apis.posts.get(row.post));
    if (!row || !hasEvent(post)) return;
    if (!post.local) {
      if (local && data.iri === row.iri) await send(row, post, data);
      return;
    }
    // A crash may have come between the answer and its count.
    await invitations.recount(post._id);
    await tellOrganizer(row, post);
    // Open apps here need not wait until others are told.
    await kit.events.emit({ name: 'attendance.changed', id: post._id, local: false, data: {} });
  });

  async function tellOrganizer(row: Attendance, post: WithEvent): Promise<void> {
    const key = `event_answer:${post._id}:${row.account}`;
    const { author } = post;
    if (row.answer === 'declined') {
      await apis.notifications.withdraw({ account: author, key });
      return;
    }
    await apis.notifications.notify([
      {
        account: author,
        type: 'mitoyen.event_answer',
        from: row.account,
        post: post._id,
        ...(post.group && { group: post.group }),
        key,
      },
    ]);
  }

  /** The organizer's server counts. */
  async function send(
    row: Attendance,
    post: WithEvent,
    data: Record<string, string>,
  ): Promise<void> {
    const [by, to] = await apis.accounts.getMany([row.account, post.author]);
    if (!by || !to) return;
    const { iri, answer } = row;
    await kit.outbox.send({
      actor: by._id,
      activity: answerActivity({ iri, answer, was: data.was as Answer | undefined }, post, {
        by,
        to,
      }),
      recipients: { accounts: [to._id] },
      scope: scopeOf(post),
      group: post.group,
      proof: false,
    });
  }

  /** Who comes is reminded before it begins; twice is once, by the key. */
  async function remind(): Promise<void> {
    for (const entry of await entries.dueReminders(kit.clock.now(), AT_ONCE)) {
      const post = await apis.posts.get(entry._id);
      // A server that was down for long reminds nobody of what has begun.
      if (hasEvent(post) && entry.startsAt > kit.clock.now())
        await tell(post, 'mitoyen.event_reminder', `event_reminder:${entry.startsAt}`);
      if (entry.remindAt !== undefined) await entries.reminded(entry._id, entry.remindAt);
    }
  }

  kit.events.on('account.deleted', async ({ id }) => {
    await entries.removeFeed(id);
    for (;;) {
      const rows = await store.ofAccount(id, { limit: AT_ONCE });
      if (rows.length === 0) return;
      await store.remove(rows.map((row) => row._id));
      const posts = await apis.posts.many(rows.map((row) => row.post));
      for (const post of posts)
        if (post.local && hasEvent(post)) await invitations.recount(post._id);
    }
  });

  return { remind, enter };
}
