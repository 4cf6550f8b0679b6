/** Push subscriptions: an app's address, and what it wants to be told. Types and pure rules. */
export const ALERTS = [
  'mention',
  'status',
  'reblog',
  'follow',
  'follow_request',
  'favourite',
  'poll',
  'update',
  'quote',
  'quoted_update',
  'admin.sign_up',
  'admin.report',
  'mitoyen.reaction',
  'mitoyen.group_invite',
  'mitoyen.group_request',
  'mitoyen.group_accepted',
  'mitoyen.moved',
  'mitoyen.partner',
  'mitoyen.must_read',
  'mitoyen.event_answer',
  'mitoyen.event_changed',
  'mitoyen.event_reminder',
] as const;
export const POLICIES = ['all', 'followed', 'follower', 'none'] as const;

export type Alert = (typeof ALERTS)[number];
export type PushPolicy = (typeof POLICIES)[number];

export type PushSubscription = {
  _id: string;
  /** Hash of the token it was made with: one for each, and it goes with it. */
  token: string;
  account: string;
  endpoint: string;
  /** The app's keys (base64url): only it reads what is sent. */
  keys: { p256dh: string; auth: string };
  /** RFC 8291; else the draft that older apps read. */
  standard: boolean;
  alerts: Partial<Record<Alert, boolean>>;
  policy: PushPolicy;
  /** Only that there is something, not what: for locked screens and other people's servers. */
  contentFree: boolean;
  /** The token itself, sealed; empty where it is not sent. */
  sealedToken?: string;
  createdAt: number;
};

export function wants({ alerts }: Pick<PushSubscription, 'alerts'>, type: string): boolean {
  return alerts[type as Alert] === true;
}

/** Whether the app knows our own types; to others an emoji is a like. */
export function knowsOwnTypes({ alerts }: Pick<PushSubscription, 'alerts'>): boolean {
  return ALERTS.some((alert) => alert.startsWith('mitoyen.') && alerts[alert] === true);
}

/** What is wrong with the app's keys, by field. */
export function keyProblems(keys: PushSubscription['keys']): { field: string; message: string }[] {
  const point = Buffer.from(keys.p256dh, 'base64url');
  const secret = Buffer.from(keys.auth, 'base64url');
  return [
    ...(point.length === 65 && point[0] === 4
      ? []
      : [
          {
            field: 'subscription.keys.p256dh',
            message: 'must be an uncompressed P-256 point, base64url',
          },
        ]),
    ...(secret.length === 16
      ? []
      : [{ field: 'subscription.keys.auth', message: 'must be 16 bytes, base64url' }]),
  ];
}
