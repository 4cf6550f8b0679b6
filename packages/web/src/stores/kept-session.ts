/** Who was signed in here last, so that the client opens without a network; gone with the sign-out. */
import type { DBSchema } from 'idb';
import type { Account, Instance } from '../api/types.ts';

export type Session = { me: Account; instance: Instance };
type Schema = DBSchema & { session: { key: string; value: Session } };
const NAME = 'mitoyen-session';
const LAST = 'last';

async function open() {
  const { openDB } = await import('idb');
  return openDB<Schema>(NAME, 1, { upgrade: (fresh) => void fresh.createObjectStore('session') });
}

/** A device that keeps nothing opens with a network only. */
export async function keepSession(session: Session): Promise<void> {
  await open().then(
    (kept) => kept.put('session', session, LAST),
    () => {},
  );
}

export async function keptSession(): Promise<Session | null> {
  return open().then(
    async (kept) => (await kept.get('session', LAST)) ?? null,
    () => null,
  );
}

export async function forgetSession(): Promise<void> {
  await (await open()).clear('session');
}
