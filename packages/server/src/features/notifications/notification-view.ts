/** Mastodon `Notification` entities; what their posts show is checked again for each reader. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { Notification, NotificationType } from './notification.ts';

/** Of our own types, those that plain Mastodon apps can show, and as what. */
const FOR_PLAIN_APPS: Partial<Record<NotificationType, NotificationType>> = {
  'mitoyen.reaction': 'favourite',
};

export function createNotificationViews(deps: { apis: Apis }) {
  const { apis } = deps;

  return async function present(
    rows: Notification[],
    viewer: Account,
    options: { ownTypes: boolean },
  ) {
    const shownAs = (row: Notification): NotificationType | null =>
      options.ownTypes || !row.type.startsWith('mitoyen.')
        ? row.type
        : (FOR_PLAIN_APPS[row.type] ?? null);
    const wanted = rows.filter((row) => shownAs(row) !== null);
    const postIds = [...new Set(wanted.flatMap((row) => row.post ?? []))];
    const posts = (await Promise.all(postIds.map((id) => apis.posts.visible(id, viewer)))).filter(
      (post) => post !== null,
    );
    const [statuses, accounts] = await Promise.all([
      apis.posts.present(posts, viewer),
      apis.accounts.present([
        ...new Set(wanted.flatMap((row) => [row.from, ...(row.group ? [row.group] : [])])),
      ]),
    ]);
    const byId = new Map(statuses.map((status) => [status.id, status]));
    return wanted.flatMap((row) => {
      const account = accounts.get(row.from);
      const status = row.post ? byId.get(row.post) : undefined;
      if (!account || (row.post && !status)) return [];
      const group = row.group ? accounts.get(row.group) : undefined;
      return [
        {
          id: row._id,
          type: shownAs(row),
          group_key: `ungrouped-${row._id}`,
          created_at: new Date(row.at).toISOString(),
          account,
          ...(status && { status }),
          mitoyen: { type: row.type, emoji: row.emoji ?? null, group: group ?? null },
        },
      ];
    });
  };
}
