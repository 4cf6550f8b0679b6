/** Mastodon `Notification` entities; what their posts show is checked again for each reader. */
import { idFloor, idTime, isId } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import { isHidden } from '../filters/filter.ts';
import type { StatusView } from '../posts/posts.ts';
import type { Notification, NotificationType } from './notification.ts';

type OwnType = Extract<NotificationType, `mitoyen.${string}`>;

/** Our own types as plain Mastodon apps can show them; null: not at all. */
const FOR_PLAIN_APPS: Record<OwnType, NotificationType | null> = {
  'mitoyen.reaction': 'favourite',
  'mitoyen.must_read': 'status',
  'mitoyen.event_changed': 'update',
  'mitoyen.event_reminder': 'status',
  'mitoyen.event_answer': null,
  'mitoyen.group_invite': null,
  'mitoyen.group_request': null,
  'mitoyen.group_accepted': null,
  'mitoyen.moved': null,
  'mitoyen.partner': null,
};
const isOwn = (type: NotificationType): type is OwnType => type in FOR_PLAIN_APPS;

export type Shown = {
  row: Notification;
  type: NotificationType;
  account: AccountView;
  group: AccountView | null;
  status: StatusView | null;
  /** Of news about a report: Mastodon's `Report`. */
  report: object | null;
};

export type NotificationViews = ReturnType<typeof createNotificationViews>;

export function createNotificationViews(deps: { apis: Apis }) {
  const { apis } = deps;

  /** What of these the viewer may see now, with what it is about. */
  async function hydrate(
    rows: Notification[],
    viewer: Account,
    options: { ownTypes: boolean },
  ): Promise<Shown[]> {
    const wanted = rows.filter((row) => shownAs(row.type, options) !== null);
    const [statuses, accounts, hidden, reports] = await Promise.all([
      statusesOf(wanted, viewer),
      apis.accounts.present([
        ...new Set(wanted.flatMap((row) => [row.from, ...(row.group ? [row.group] : [])])),
      ]),
      apis.relations.silencedAmong(
        viewer._id,
        wanted.map((row) => row.from),
      ),
      apis.reports.present(
        wanted.flatMap((row) => reportIn(row) ?? []),
        viewer,
      ),
    ]);
    return wanted.flatMap((row) => {
      const account = accounts.get(row.from);
      const status = row.post ? (statuses.get(row.post) ?? null) : null;
      const type = shownAs(row.type, options);
      if (!account || !type || hidden.has(row.from) || (row.post && !status)) return [];
      if (account.suspended === true) return [];
      if (status && isHidden(status, 'notifications')) return [];
      const group = row.group ? (accounts.get(row.group) ?? null) : null;
      const report = reports.get(reportIn(row) ?? '') ?? null;
      return [{ row, type, account, group, status, report }];
    });
  }

  async function statusesOf(
    rows: Notification[],
    viewer: Account,
  ): Promise<Map<string, StatusView>> {
    const ids = [...new Set(rows.flatMap((row) => row.post ?? []))];
    const posts = await apis.posts.visibleMany(ids, viewer, { hideMuted: false });
    const statuses = await apis.posts.present(posts, viewer);
    return new Map(statuses.map((status) => [status.id, status]));
  }

  async function present(rows: Notification[], viewer: Account, options: { ownTypes: boolean }) {
    return (await hydrate(rows, viewer, options)).map(view);
  }

  return { hydrate, present };
}

function view({ row, type, account, group, status, report }: Shown) {
  return {
    id: row._id,
    type,
    group_key: groupKey(row, type),
    created_at: new Date(row.at).toISOString(),
    account,
    ...(status && { status }),
    ...(report && { report }),
    mitoyen: { type: row.type, emoji: row.emoji ?? null, group },
  };
}

/** It is told once, by its report. */
function reportIn({ type, key }: Notification): string | null {
  return type === 'admin.report' ? key.slice(key.indexOf(':') + 1) : null;
}

function shownAs(type: NotificationType, { ownTypes }: { ownTypes: boolean }) {
  return ownTypes || !isOwn(type) ? type : FOR_PLAIN_APPS[type];
}

/** Types of which those about one post are shown as one. */
const ABOUT_POSTS = new Set<NotificationType>(['favourite', 'reblog', 'mitoyen.reaction']);
/** Types of which those of one day are shown as one. */
const OF_A_DAY = new Set<NotificationType>(['follow']);
const GROUPED: ReadonlySet<string> = new Set([...ABOUT_POSTS, ...OF_A_DAY]);
const DAY_MS = 86_400_000;

export function groupKey(
  row: Notification,
  type: NotificationType,
  among: ReadonlySet<string> = GROUPED,
): string {
  if (among.has(type)) {
    if (row.post && ABOUT_POSTS.has(type)) return `${type}-${row.post}`;
    if (OF_A_DAY.has(type)) return `${type}-${Math.floor(idTime(row._id) / DAY_MS)}`;
  }
  return `ungrouped-${row._id}`;
}

export type GroupName =
  | { id: string }
  /** About one post, or all between two ids. */
  | { type: string; post: string }
  | { type: string; from: string; before: string };

/** What a group key stands for; null where it is none. */
export function readGroupKey(key: string): GroupName | null {
  const [, type, id = ''] = /^([a-z_.]+)-([0-9A-Z]{1,26})$/.exec(key) ?? [];
  if (type && /^\d{1,6}$/.test(id) && OF_A_DAY.has(type as NotificationType)) {
    const start = Number(id) * DAY_MS;
    return { type, from: idFloor(start), before: idFloor(start + DAY_MS) };
  }
  if (!type || !isId(id)) return null;
  return type === 'ungrouped' ? { id } : { type, post: id };
}

/** The types to ask the database for, given those that an app names. */
export function storedTypes(named: string[]): NotificationType[] {
  const mapped = Object.entries(FOR_PLAIN_APPS).filter(
    ([, plain]) => plain !== null && named.includes(plain),
  );
  return [...new Set([...named, ...mapped.map(([own]) => own)])] as NotificationType[];
}

/** Our own types that plain apps cannot show. */
export const NOT_FOR_PLAIN_APPS: NotificationType[] = Object.entries(FOR_PLAIN_APPS).flatMap(
  ([type, plain]) => (plain === null ? [type as OwnType] : []),
);
