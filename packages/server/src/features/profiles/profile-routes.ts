/** Profiles, the org chart and skills: /api/mitoyen/v1, for people of this company. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { Page } from '../../platform/http/pages.ts';
import { isTimeZone } from '../../platform/time-zone.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { ChangeProfile, ProfileChange } from './change-profile.ts';
import { FIELDS, keyOf, maySee, type Profile, VISIBILITIES } from './profile.ts';
import type { ProfileStore } from './profile-store.ts';
import { type ProfileViews, WIRE_NAMES } from './profile-view.ts';

const BASE = '/api/mitoyen/v1';
const params = z.object({ id: z.string().refine(isId, 'is not an account id') });
const line = z.string().trim().max(200).optional();
const words = (most: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? [value].filter(Boolean) : value),
      z.array(z.string().trim().min(1).max(60)).max(most),
    )
    .optional();
const month = z
  .string()
  .regex(/^(\d{4}(-\d{2})?)?$/, 'must be a year or a month, as 2024-09')
  .default('');
const profileBody = z.object({
  job_title: line,
  department: line,
  location: line,
  phone: z.string().trim().max(40).optional(),
  time_zone: z
    .string()
    .refine((name) => name === '' || isTimeZone(name), 'is not a time zone (Europe/Paris)')
    .optional(),
  manager_id: z
    .string()
    .refine((id) => id === '' || isId(id), 'is not an account id')
    .nullish(),
  skills: words(50),
  languages: words(20),
  history: z
    .array(
      z.object({
        title: z.string().trim().min(1).max(200),
        organization: z.string().trim().max(200).default(''),
        from: month,
        to: month,
      }),
    )
    .max(30)
    .optional(),
  visibility: z
    .partialRecord(z.enum(Object.values(WIRE_NAMES) as [string, ...string[]]), z.enum(VISIBILITIES))
    .optional(),
});
const pageOf = z.object({
  after: z.string().max(40).optional(),
  limit: pageLimit(40, 80),
});
const MOST_LEVELS = 50;
const MOST_REPORTS = 200;
const MOST_TOPS = 100;
const MOST_SKILLS = 50;

function changeOf(body: z.output<typeof profileBody>): ProfileChange {
  const chosen = FIELDS.flatMap((field) => {
    const visibility = body.visibility?.[WIRE_NAMES[field]];
    return visibility ? [[field, visibility] as const] : [];
  });
  return {
    values: {
      jobTitle: body.job_title,
      department: body.department,
      location: body.location,
      phone: body.phone,
      timeZone: body.time_zone,
      manager: body.manager_id === undefined ? undefined : (body.manager_id ?? ''),
      skills: body.skills,
      languages: body.languages,
      history: body.history,
    },
    visibility: Object.fromEntries(chosen),
  };
}

export function addProfileRoutes(
  endpoints: Endpoints,
  deps: { apis: Apis; store: ProfileStore; changes: ChangeProfile; views: ProfileViews },
): void {
  const { apis, store, changes, views } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:accounts' } as const;

  async function colleague(id: string): Promise<Account> {
    const account = await apis.accounts.get(id);
    if (!account || !isColleague(account)) throw notFound();
    return account;
  }

  /** The chart and the lists are the house's own. */
  function requireColleague(viewer: Account): void {
    if (!isColleague(viewer)) throw notFound();
  }

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/accounts/:id/profile`,
      summary: 'What a colleague tells of their work',
      params,
    },
    async ({ account, params: { id } }) => {
      await colleague(id);
      return views.whole(id, account);
    },
  );
  endpoints.define(
    {
      method: 'patch',
      path: `${BASE}/profile`,
      summary: 'Describe my work; `visibility` by field: everyone, colleagues, me',
      auth: 'member',
      scope: 'write:accounts',
      body: profileBody,
    },
    async ({ account, body }) => {
      await changes.change(account._id, account, changeOf(body));
      return views.whole(account._id, account);
    },
  );
  endpoints.define(
    {
      method: 'patch',
      path: `${BASE}/admin/people/:id/profile`,
      summary: 'Describe somebody’s work (admin)',
      auth: 'member',
      scope: 'admin:write',
      params,
      body: profileBody.omit({ visibility: true }),
    },
    async ({ account, params: { id }, body }) => {
      await changes.change(id, account, changeOf(body));
      return views.whole(id, account);
    },
  );

  endpoints.define(
    { ...reading, path: `${BASE}/org_chart`, summary: 'Who leads others and reports to nobody' },
    async ({ account }) => {
      requireColleague(account);
      const managed = (await store.managed()).filter((one) => maySee(one, 'manager', 'colleague'));
      const below = new Set(managed.map((one) => one._id));
      const tops = new Set(
        managed.flatMap(({ values }) =>
          values.manager && !below.has(values.manager) ? [values.manager] : [],
        ),
      );
      return views.brief([...tops].slice(0, MOST_TOPS), account);
    },
  );
  endpoints.define(
    {
      ...reading,
      path: `${BASE}/org_chart/:id`,
      summary: 'Whom somebody reports to, up to the top, and who reports to them',
      params,
      query: pageOf,
    },
    async ({ account, params: { id }, query }) => {
      requireColleague(account);
      await colleague(id);
      const limit = Math.min(query.limit, MOST_REPORTS);
      const rows = await store.reports(id, { after: query.after, limit });
      const reports = rows.filter((row) => maySee(row, 'manager', 'colleague'));
      const [chain, [person], below] = await Promise.all([
        chainOf(id).then((ids) => views.brief(ids, account)),
        views.brief([id], account),
        views.brief(
          reports.map((row) => row._id),
          account,
        ),
      ]);
      const last = rows.at(-1)?._id;
      return new Page(
        { person, managers: chain, reports: below },
        { next: last && rows.length >= limit ? { after: last } : null, prev: null },
      );
    },
  );

  /** Nearest manager first. */
  async function chainOf(id: string): Promise<string[]> {
    const chain: string[] = [];
    let profile: Profile | null = await store.get(id);
    while (profile?.values.manager && maySee(profile, 'manager', 'colleague')) {
      const { manager } = profile.values;
      if (chain.includes(manager) || chain.length >= MOST_LEVELS) break;
      chain.push(manager);
      profile = await store.get(manager);
    }
    return chain;
  }

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/skills`,
      summary: 'Skills that begin so, with how many colleagues have them',
      query: z.object({ q: z.string().trim().min(1, "can't be blank").max(60) }),
    },
    async ({ account, query }) => {
      requireColleague(account);
      const prefix = keyOf(query.q);
      const found = (await store.withSkillLike(prefix))
        .flatMap((profile) => profile.skillKeys)
        .filter((skill) => skill.startsWith(prefix));
      return [...Map.groupBy(found, (skill) => skill)]
        .map(([name, of]) => ({ name, people_count: of.length }))
        .sort((a, b) => b.people_count - a.people_count)
        .slice(0, MOST_SKILLS);
    },
  );
  endpoints.define(
    {
      ...reading,
      path: `${BASE}/people`,
      summary: 'Colleagues with a skill, or of a department',
      query: pageOf.extend({
        skill: z.string().max(60).optional(),
        department: z.string().max(200).optional(),
      }),
    },
    async ({ account, query }) => {
      requireColleague(account);
      const { skill, department, after, limit } = query;
      const rows = skill
        ? await store.withSkill(keyOf(skill), { after, limit })
        : await store.inDepartment(keyOf(department ?? ''), { after, limit });
      const wanted = rows.filter(
        (row) => !skill || !department || row.departmentKey === keyOf(department),
      );
      const last = rows.at(-1)?._id;
      const ids = wanted.map((row) => row._id);
      return new Page(await views.brief(ids, account), {
        next: last && rows.length >= limit ? { after: last } : null,
        prev: null,
      });
    },
  );
}
