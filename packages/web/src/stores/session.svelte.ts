/** Who is signed in, and where. */
import { ApiError, get } from '../api/http.ts';
import type { Account, Instance } from '../api/types.ts';
import { openDatabaseOf } from './database.ts';
import { keepSession, keptSession, type Session } from './kept-session.ts';

const LAST = 'account';

const PATIENCE_MS = 4000;
let state = $state.raw<Session | null>(null);
/** Nobody has confirmed it: the server was not reached. */
let unconfirmed = $state(false);

/** False where nothing is known: neither the server nor this device says who is signed in. */
export async function startSession(): Promise<boolean> {
  const asked = ask();
  // A line that is there and carries nothing is as good as none.
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const live = await Promise.race([asked.catch(() => null), late]);
  if (live) return take(live);
  const kept = await keptSession();
  if (kept && !state) {
    take(kept);
    unconfirmed = true;
    void asked.then(confirm, () => {});
    return true;
  }
  return asked.then(take, signedOut);
}

/** What the server says now, after a page that was opened without it. */
export async function renewSession(): Promise<void> {
  if (unconfirmed) await ask().then(confirm, () => {});
}

export function isUnconfirmed(): boolean {
  return unconfirmed;
}

async function ask(): Promise<Session> {
  const [me, instance] = await Promise.all([
    get<Account>('/api/v1/accounts/verify_credentials'),
    get<Instance>('/api/v2/instance'),
  ]);
  return { me, instance };
}

function take(session: Session): true {
  state = session;
  openDatabaseOf(session.me.id);
  announce(session.me.id);
  void keepSession(session);
  return true;
}

function confirm(session: Session): void {
  if (session.me.id !== me().id) location.reload();
  state = session;
  unconfirmed = false;
  void keepSession(session);
}

/** The page is on its way to the sign-in: nothing is shown meanwhile. */
function signedOut(error: unknown): false | Promise<never> {
  return error instanceof ApiError && error.status === 401 ? new Promise(() => {}) : false;
}

/** Pages of somebody who was signed in here before must not act in the name of the new one. */
function announce(id: string): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === LAST && newValue !== null && newValue !== id) location.reload();
  });
  try {
    localStorage.setItem(LAST, id);
  } catch {
    // Without storage there is no other page to tell.
  }
}

/** Whether the session is still the one that this page was made for. */
export async function isStillMe(): Promise<boolean> {
  const now = await get<Account>('/api/v1/accounts/verify_credentials').catch(() => null);
  if (now && now.id !== me().id) location.reload();
  return now?.id === me().id;
}

export function me(): Account {
  if (!state) throw new Error('nobody is signed in yet');
  return state.me;
}

export function setMe(account: Account): void {
  if (state) state = { ...state, me: account };
}

export function instance(): Instance {
  if (!state) throw new Error('the instance is not known yet');
  return state.instance;
}

export function isStaff(): boolean {
  const role = me().mitoyen?.role;
  return role === 'admin' || role === 'moderator';
}

export function isAdmin(): boolean {
  return me().mitoyen?.role === 'admin';
}
