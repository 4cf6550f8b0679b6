/** Events and who comes: /api/mitoyen/v1/events. An event has the id of its post. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, Page, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { WithEvent } from '../posts/event.ts';
import type { Post } from '../posts/post.ts';
import type { AnswerInvitation } from './answer-invitation.ts';
import { ANSWERS } from './attendance.ts';
import type { AttendanceStore } from './attendance-store.ts';
import { ICALENDAR_TYPE, toICalendar } from './icalendar.ts';
import type { ReadCalendar } from './read-calendar.ts';

const BASE = '/api/mitoyen/v1/events';
const params = z.object({ id: z.string().refine(isId, 'is not an event id') });

export function addCalendarRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: AttendanceStore;
    invitations: AnswerInvitation;
    calendar: ReadCalendar;
  },
): void {
  const { kit, apis, store, invitations, calendar } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:statuses' } as const;
  const writing = { method: 'post', auth: 'member', scope: 'write:statuses' } as const;

  async function one(post: Post | null, viewer: Account) {
    const [status] = post ? await apis.posts.present([post], viewer) : [];
    if (!status) throw notFound();
    return status;
  }

  endpoints.define(
    {
      ...reading,
      path: BASE,
      summary: 'Events by their start: coming or past, of a group, those that I come to',
      query: pageQuery.pick({ limit: true }).extend({
        when: z.enum(['upcoming', 'past']).default('upcoming'),
        group_id: z.string().refine(isId, 'is not a group id').optional(),
        mine: flag.default(false),
        after: z.string().max(100).optional(),
      }),
    },
    async ({ account, query }) => {
      const { when, group_id: group, mine, after, limit } = query;
      const { posts, next } = await calendar.page(account, { when, group, mine, after, limit });
      return new Page(await apis.posts.present(posts, account), {
        next: next ? { after: next } : null,
        prev: null,
      });
    },
  );

  endpoints.define(
    {
      ...writing,
      path: `${BASE}/:id/answer`,
      summary: 'I come, may come, or do not come',
      params,
      body: z.object({ answer: z.enum(ANSWERS) }),
    },
    async ({ account, params: { id }, body }) => {
      await invitations.answer(id, account, body.answer);
      return one(await apis.posts.get(id), account);
    },
  );

  endpoints.define(
    { ...writing, path: `${BASE}/:id/cancel`, summary: 'Call the own event off', params },
    async ({ account, params: { id } }) => one(await apis.posts.cancelEvent(id, account), account),
  );

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/:id/people`,
      summary: 'Who comes, may come, or does not come',
      params,
      query: pageQuery.extend({ answer: z.enum(ANSWERS).default('going') }),
    },
    async ({ account, params: { id }, query }) => {
      await invitations.find(id, account);
      const rows = await store.page(id, query.answer, idPageOf(query));
      const ids = rows.map((row) => row.account);
      const [shown, hidden] = await Promise.all([
        apis.accounts.present(ids),
        apis.groups.hiddenFor(account, ids),
      ]);
      return idPage(
        ids.flatMap((one) => (hidden.has(one) ? [] : (shown.get(one) ?? []))),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/:id/event.ics`,
      summary: 'The event as an iCalendar file (RFC 5545)',
      params,
      answerType: ICALENDAR_TYPE,
    },
    async ({ account, params: { id }, ctx }) => {
      const post = await invitations.find(id, account);
      ctx.set('Content-Disposition', `attachment; filename="event-${post._id}.ics"`);
      ctx.type = ICALENDAR_TYPE;
      ctx.body = toICalendar(await withOrganizers([post]), {
        name: post.title,
        host: kit.ownHost,
      });
    },
  );

  async function withOrganizers(posts: WithEvent[]) {
    const people = await apis.accounts.getMany(posts.map((post) => post.author));
    const names = new Map(people.map((one) => [one._id, one.displayName || one.handle]));
    return posts.map((post) => ({ post, organizer: names.get(post.author) ?? '' }));
  }
}
