/** The queues of the server's workers. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export type QueueName = 'deliver' | 'inbox' | 'outbox' | 'media';
export type QueueFacts = { name: QueueName; waiting: number };
export const QUEUE_TEXT: Record<QueueName, MessageKey> = {
  deliver: 'queue.deliver',
  inbox: 'queue.inbox',
  outbox: 'queue.outbox',
  media: 'queue.media',
};
