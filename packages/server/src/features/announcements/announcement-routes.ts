/** The client API of announcements, and how admins make them. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { flag } from '../../platform/http/endpoints.ts';
import type { Announce, AnnouncementChange } from './announce.ts';
import type { Announcement } from './announcement.ts';
import type { AnnouncementStore } from './announcement-store.ts';
import type { AnnouncementView } from './announcement-view.ts';

const ADMIN = '/api/mitoyen/v1/admin/announcements';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });
const reactionParams = params.extend({ name: z.string().min(1).max(60) });
const date = z
  .preprocess(
    (value) => (value === '' ? null : value),
    z.coerce.date('must be a date and time').nullable(),
  )
  .optional();
const body = z.object({
  text: z.string().optional(),
  starts_at: date,
  ends_at: date,
  all_day: flag.optional(),
});

export function addAnnouncementRoutes(
  endpoints: Endpoints,
  deps: {
    store: AnnouncementStore;
    announce: Announce;
    present: (announcements: Announcement[], viewer: string) => Promise<AnnouncementView[]>;
  },
): void {
  const { store, announce, present } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/announcements',
      summary: 'What the admins tell, and I have not read; with_dismissed: all',
      auth: 'member',
      scope: 'read',
      query: z.object({ with_dismissed: flag.optional() }),
    },
    async ({ account, query }) => {
      const shown = await present(await announce.shownTo(account), account._id);
      return query.with_dismissed ? shown : shown.filter((one) => !one.read);
    },
  );
  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/announcements/:id/dismiss',
      summary: 'It is read',
      auth: 'member',
      scope: 'write:accounts',
      params,
    },
    async ({ account, params: { id } }) => {
      await announce.read(account, id);
      return {};
    },
  );
  for (const [method, act, summary] of [
    ['put', announce.react, 'React with an emoji'],
    ['delete', announce.unreact, 'Take a reaction back'],
  ] as const) {
    endpoints.define(
      {
        method,
        path: '/api/v1/announcements/:id/reactions/:name',
        summary,
        auth: 'member',
        scope: 'write:favourites',
        params: reactionParams,
      },
      async ({ account, params: { id, name } }) => {
        await act(account, id, name);
        return {};
      },
    );
  }

  async function forAdmin(one: Announcement, viewer: string) {
    const [shown] = await present([one], viewer);
    const readers = await store.countReaders(one._id);
    return { ...shown, mitoyen: { text: one.source, readers_count: readers } };
  }

  endpoints.define(
    {
      method: 'get',
      path: ADMIN,
      summary: 'All announcements, with how many read them (admin)',
      auth: 'member',
      scope: 'admin:read',
    },
    async ({ account }) =>
      Promise.all((await announce.all(account)).map((one) => forAdmin(one, account._id))),
  );
  endpoints.define(
    {
      method: 'post',
      path: ADMIN,
      summary: 'Announce something (admin)',
      auth: 'member',
      scope: 'admin:write',
      body,
    },
    async ({ account, body }) =>
      forAdmin(await announce.publish(account, changeOf(body)), account._id),
  );
  endpoints.define(
    {
      method: 'put',
      path: `${ADMIN}/:id`,
      summary: 'Change an announcement (admin)',
      auth: 'member',
      scope: 'admin:write',
      params,
      body,
    },
    async ({ account, params: { id }, body }) =>
      forAdmin(await announce.change(account, id, changeOf(body)), account._id),
  );
  endpoints.define(
    {
      method: 'delete',
      path: `${ADMIN}/:id`,
      summary: 'Take an announcement down (admin)',
      auth: 'member',
      scope: 'admin:write',
      params,
    },
    async ({ account, params: { id } }) => {
      await announce.remove(account, id);
      return {};
    },
  );
}

function changeOf({
  text,
  starts_at,
  ends_at,
  all_day,
}: z.output<typeof body>): AnnouncementChange {
  const at = (value: Date | null | undefined) =>
    value === null || value === undefined ? value : value.getTime();
  return { text, startsAt: at(starts_at), endsAt: at(ends_at), allDay: all_day };
}
