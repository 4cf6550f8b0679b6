/** What files take, for admins: by kind, by person, and of other servers. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { MediaStore, StoredTotal } from './media-store.ts';

const MOST_PEOPLE = 20;
/** All files are counted: not for every click. */
const FRESH_MS = 60_000;

type Facts = Awaited<ReturnType<typeof read>>;

export function addAdminMediaRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: MediaStore },
): void {
  const { kit, apis, store } = deps;
  let kept: { at: number; facts: Facts } | null = null;

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/admin/media',
      summary: 'What files take: by kind, by person, and copies of other servers (admin)',
      auth: 'member',
      scope: 'admin:read',
    },
    async ({ account }) => {
      if (account.role !== 'admin') throw forbidden();
      const now = kit.clock.now();
      if (!kept || now - kept.at >= FRESH_MS) kept = { at: now, facts: await read(store) };
      const { people, ...totals } = kept.facts;
      const shown = await apis.accounts.present(people.map((one) => one._id));
      return {
        ...totals,
        quota_bytes: kit.config.media.quota_bytes,
        people: people.flatMap(({ _id, files, bytes }) => {
          const person = shown.get(_id);
          return person ? [{ account: person, files, bytes }] : [];
        }),
      };
    },
  );
}

async function read(store: MediaStore) {
  const [totals, people] = await Promise.all([store.totals(), store.heaviest(MOST_PEOPLE)]);
  const own = totals.filter(({ _id }) => !_id.host);
  const others = totals.filter(({ _id }) => _id.host);
  const kinds = [...Map.groupBy(own, ({ _id }) => _id.kind)].map(([kind, rows]) => ({
    kind,
    ...sum(rows),
  }));
  return {
    total: sum(own),
    kinds: kinds.toSorted((a, b) => b.bytes - a.bytes),
    /** Known of other servers, and of these the ones whose bytes are kept here. */
    remote: { known: sum(others).files, ...sum(others.filter(({ _id }) => _id.state === 'ready')) },
    people,
  };
}

function sum(rows: StoredTotal[]): { files: number; bytes: number } {
  return {
    files: rows.reduce((all, one) => all + one.files, 0),
    bytes: rows.reduce((all, one) => all + one.bytes, 0),
  };
}
