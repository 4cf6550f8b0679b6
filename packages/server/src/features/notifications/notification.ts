export type NotificationType =
  | 'mention'
  | 'status'
  | 'reblog'
  | 'follow'
  | 'follow_request'
  | 'favourite'
  | 'update'
  | 'quote'
  | 'quoted_update'
  | 'poll'
  | 'admin.sign_up'
  | 'admin.report'
  | 'mitoyen.must_read'
  | 'mitoyen.reaction'
  | 'mitoyen.group_invite'
  | 'mitoyen.group_request'
  | 'mitoyen.group_accepted'
  | 'mitoyen.event_answer'
  | 'mitoyen.event_changed'
  | 'mitoyen.event_reminder'
  | 'mitoyen.moved'
  | 'mitoyen.partner';

export type Notification = {
  _id: string;
  /** Who is told. */
  account: string;
  type: NotificationType;
  /** Who did it. */
  from: string;
  post?: string;
  group?: string;
  emoji?: string;
  /** Unique with `account`: the same thing is told once. */
  key: string;
  /** Held back until its recipient wants it: not in the lists, not counted, not pushed. */
  held?: boolean;
  readAt?: number;
  at: number;
};
