/** One connected app: what it hears, whatever carries it. */

import type { ListSource } from '../lists/lists.ts';
import type { Stream } from './stream.ts';

/** What carries events to an app: a WebSocket or a response of server-sent events. */
export type Carrier = {
  send: (stream: Stream, event: string, payload: string) => void;
  /** A sign of life. */
  beat: () => void;
  /** Bytes that the app has not taken yet. */
  waiting: () => number;
  end: (reason: EndReason) => void;
};

export type EndReason = 'revoked' | 'slow' | 'leaving';

/** `source`: of a list or group, what it shows; null where it is not theirs (any more). */
export type Subscription = { stream: Stream; source?: ListSource | null };

export type Connection = {
  account: string;
  tokenId: string;
  /** Whether the token may read notifications, and posts. */
  may: { notifications: boolean; statuses: boolean };
  /** Whether the app knows our own events. */
  ownEvents: boolean;
  carrier: Carrier;
  subscriptions: Subscription[];
};
