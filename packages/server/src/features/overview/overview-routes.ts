/** What the admin's first page shows. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { DAYS, type Figures, figuresOf } from './figures.ts';

const QUEUES = ['deliver', 'inbox', 'outbox', 'media'] as const;
const DAY_MS = 86_400_000;
/** Reading a month of posts is not for every click. */
const FRESH_MS = 60_000;

export function addOverviewRoutes(endpoints: Endpoints, deps: { kit: Kit; apis: Apis }): void {
  const { kit, apis } = deps;
  let kept: { at: number; figures: Figures } | null = null;

  async function figures(): Promise<Figures> {
    const now = kit.clock.now();
    if (kept && now - kept.at < FRESH_MS) return kept.figures;
    const rows = await apis.posts.writtenSince(now - DAYS * DAY_MS);
    kept = { at: now, figures: figuresOf(rows, now) };
    return kept.figures;
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/admin/overview',
      summary: 'Figures of people, posts and queues (admin)',
      auth: 'member',
      scope: 'admin:read',
    },
    async ({ account }) => {
      if (account.role !== 'admin') throw forbidden();
      const [people, counted, queues] = await Promise.all([
        apis.accounts.countPeople(),
        figures(),
        Promise.all(QUEUES.map(waiting)),
      ]);
      return { people, ...counted, queues };
    },
  );

  async function waiting(name: (typeof QUEUES)[number]) {
    const counts = await kit.queues.counts(name);
    const all = ['waiting', 'prioritized', 'delayed', 'active'].map((state) => counts[state] ?? 0);
    return { name, waiting: all.reduce((sum, count) => sum + count, 0) };
  }
}
