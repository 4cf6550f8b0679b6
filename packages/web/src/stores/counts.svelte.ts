/** What waits: unread notifications and conversations, for the badges. */
import { get, getIfOffered } from '../api/http.ts';
import type { Conversation } from '../api/types.ts';

let alerts = $state(0);
let chats = $state(0);

export function unreadAlerts(): number {
  return alerts;
}

export function unreadChats(): number {
  return chats;
}

export function clearAlerts(): void {
  alerts = 0;
}

export async function loadCounts(): Promise<void> {
  const [unread, talks] = await Promise.all([
    getIfOffered<{ count: number }>('/api/v1/notifications/unread_count').catch(() => null),
    get<Conversation[]>('/api/v1/conversations', { limit: 40 }).catch(() => []),
  ]);
  alerts = unread?.count ?? 0;
  chats = talks.filter((talk) => talk.unread).length;
}
