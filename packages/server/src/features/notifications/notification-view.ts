/** Mastodon `Notification` entities; what their posts show is checked again for each reader. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import { isHidden } from '../filters/filter.ts';
import type { StatusView } from '../posts/posts.ts';
import type { Notification, NotificationType } from './notification.ts';

/** Of our own types, those that plain Mastodon apps can show, and as what. */
const FOR_PLAIN_APPS: Partial<Record<NotificationType, NotificationType>> = {
  'mitoyen.reaction': 'favourite',
  'mitoyen.must_read': 'status',
  'mitoyen.event_changed': 'update',
  'mitoyen.event_reminder': 'status',
};

export type Shown = {
  row: Notification;
  type: NotificationType;
  account: AccountView;
  group: AccountView | null;
  status: StatusView | null;
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
    const [statuses, accounts, hidden] = await Promise.all([
      statusesOf(wanted, viewer),
      apis.accounts.present([
        ...new Set(wanted.flatMap((row) => [row.from, ...(row.group ? [row.group] : [])])),
      ]),
      apis.relations.silencedAmong(
        viewer._id,
        wanted.map((row) => row.from),
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
      return [{ row, type, account, group, status }];
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

function view({ row, type, account, group, status }: Shown) {
  return {
    id: row._id,
    type,
    group_key: groupKey(row, type),
    created_at: new Date(row.at).toISOString(),
    account,
    ...(status && { status }),
    mitoyen: { type: row.type, emoji: row.emoji ?? null, group },
  };
}

function shownAs(type: NotificationType, { ownTypes }: { ownTypes: boolean }) {
  return ownTypes || !type.startsWith('mitoyen.') ? type : (FOR_PLAIN_APPS[type] ?? null);
}

/** As plain Mastodon apps name it. */
export function plainType(type: NotificationType): NotificationType {
  return FOR_PLAIN_APPS[type] ?? type;
}

/** Types of which those about one post are shown as one. */
const GROUPED = new Set<NotificationType>(['favourite', 'reblog', 'mitoyen.reaction']);

export function groupKey(
  row: Notification,
  type: NotificationType,
  among: ReadonlySet<string> = GROUPED,
): string {
  return row.post && GROUPED.has(type) && among.has(type)
    ? `${type}-${row.post}`
    : `ungrouped-${row._id}`;
}

/** What a group key stands for; null where it is none. */
export function readGroupKey(key: string): { id: string } | { type: string; post: string } | null {
  const [, type, id] = /^([a-z_.]+)-([0-9A-Z]{26})$/.exec(key) ?? [];
  if (!type || !id) return null;
  return type === 'ungrouped' ? { id } : { type, post: id };
}

/** The types to ask the database for, given those that an app names. */
export function storedTypes(named: string[]): NotificationType[] {
  const mapped = Object.entries(FOR_PLAIN_APPS).filter(([, plain]) => named.includes(plain));
  return [...new Set([...named, ...mapped.map(([own]) => own)])] as NotificationType[];
}

/** Our own types that plain apps cannot show. */
export const NOT_FOR_PLAIN_APPS: NotificationType[] = [
  'mitoyen.group_invite',
  'mitoyen.group_request',
  'mitoyen.group_accepted',
  'mitoyen.moved',
  'mitoyen.partner',
];
