/** What this device keeps: drafts, and posts that wait for the network. */
import type { DBSchema, IDBPDatabase } from 'idb';

export type Draft = { text: string; audience: string; groupId: string | null; savedAt: number };
export type Waiting = { key: string; body: Record<string, unknown>; at: number };

type Schema = DBSchema & {
  drafts: { key: string; value: Draft };
  outbox: { key: string; value: Waiting };
};

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open();
  return opened;
}

async function open(): Promise<IDBPDatabase<Schema>> {
  const { openDB } = await import('idb');
  return openDB<Schema>('mitoyen', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('drafts');
      fresh.createObjectStore('outbox', { keyPath: 'key' });
    },
  });
}

/** Signing out leaves nothing behind. */
export async function forgetDevice(): Promise<void> {
  const kept = await database();
  await Promise.all([kept.clear('drafts'), kept.clear('outbox')]);
}
