/** Who is signed in, and where. */
import { get } from '../api/http.ts';
import type { Account, Instance } from '../api/types.ts';

let state = $state.raw<{ me: Account; instance: Instance } | null>(null);

export async function startSession(): Promise<void> {
  const [me, instance] = await Promise.all([
    get<Account>('/api/v1/accounts/verify_credentials'),
    get<Instance>('/api/v2/instance'),
  ]);
  state = { me, instance };
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
