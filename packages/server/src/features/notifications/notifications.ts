/** What other features may ask of the notifications feature. */
import type { Account } from '../accounts/account.ts';
import type { Notification } from './notification.ts';

export type NewNotification = Omit<Notification, '_id' | 'at' | 'readAt' | 'key'> & {
  /** With `account`, makes it unique: telling the same thing twice tells it once. */
  key: string;
};

export type NotificationView = { id: string; type: string } & Record<string, unknown>;

export type Notifications = {
  /** Tells local people; leaves out who muted or blocked, and people who would tell themselves. */
  notify: (notifications: NewNotification[]) => Promise<void>;
  /** A Mastodon `Notification` entity; null where the viewer may not see it (any more). */
  present: (
    id: string,
    viewer: Account,
    options: { ownTypes: boolean },
  ) => Promise<NotificationView | null>;
  /** Those after this one that were not read yet, oldest first; `upTo` is the last looked at. */
  unread: (
    viewer: Account,
    page: { after: string | null; limit: number },
  ) => Promise<{ shown: NotificationView[]; upTo: string | null; more: boolean }>;
  /** One line that says what happened, in French or English. */
  describe: (shown: NotificationView, language: string, reader: string) => string;
  /** Everything up to this notification is read. */
  readUpTo: (account: string, id: string) => Promise<void>;
  /** Takes back what no longer holds (an undone follow, a deleted post). */
  withdraw: (filter: {
    key?: string;
    post?: string;
    posts?: string[];
    from?: string;
    account?: string;
  }) => Promise<void>;
};
