/** What this device keeps: drafts, and posts that wait for the network. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

export type Draft = { text: string; audience: string; groupId: string | null; savedAt: number };
export type Waiting = { key: string; body: Record<string, unknown>; at: number };

type Schema = DBSchema & {
  drafts: { key: string; value: Draft };
  outbox: { key: string; value: Waiting };
};

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('mitoyen', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('drafts');
      fresh.createObjectStore('outbox', { keyPath: 'key' });
    },
  });
  return opened;
}

/** Signing out leaves nothing behind. */
export async function forgetDevice(): Promise<void> {
  const open = await database();
  await Promise.all([open.clear('drafts'), open.clear('outbox')]);
}
