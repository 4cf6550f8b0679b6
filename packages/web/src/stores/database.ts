/**
 * What this device keeps: drafts, and posts that wait for the network. Each account has its own:
 * whoever signs in next in the same browser sees and sends nothing of it.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Draft } from './draft.ts';

export type Waiting = {
  key: string;
  body: Record<string, unknown>;
  at: number;
  /** Texts and focal points of its files: told before it is sent. */
  files?: { id: string; changes: Record<string, string> }[];
  /** The conversation that it is said in. */
  talk?: string;
  /** As it was written, to go on from. */
  draft?: Draft;
  tries?: number;
  /** Not tried before this moment. */
  after?: number;
  /** Why the server refused it; it then waits for its author. */
  refused?: string;
};

type Schema = DBSchema & {
  drafts: { key: string; value: Draft };
  outbox: { key: string; value: Waiting };
};

let opened: Promise<IDBPDatabase<Schema>> | null = null;

const owner = Promise.withResolvers<string>();

/** Said once, when it is known who is signed in. */
export function openDatabaseOf(account: string): void {
  owner.resolve(account);
}

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= owner.promise.then(open);
  return opened;
}

async function open(account: string): Promise<IDBPDatabase<Schema>> {
  const { deleteDB, openDB } = await import('idb');
  // From before there was one for each account: nobody can tell whose that was.
  void deleteDB('mitoyen').catch(() => {});
  return openDB<Schema>(`mitoyen-${account}`, 1, {
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
