/** Who of the colleagues is there now: asked once, then told by the stream; and that I am here. */

import { SvelteMap } from 'svelte/reactivity';
import { getIfOffered, post } from '../api/http.ts';

const BEAT_MS = 60_000;
const BASE = '/api/mitoyen/v1/presence';
type Seen = { account_id: string; state: string };
const states = new SvelteMap<string, string>();

export function isOnline(account: string): boolean {
  return states.get(account) === 'online';
}

export function takePresence({ account_id, state }: Seen): void {
  states.set(account_id, state);
}

export async function askPresence(ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const found = await getIfOffered<Seen[]>(BASE, { id: ids.slice(0, 100) }).catch(() => null);
  for (const one of found ?? []) takePresence(one);
}

export function startPresence(): void {
  const beat = () => {
    if (document.visibilityState === 'visible')
      void post(BASE, { state: 'online' }).catch(() => {});
  };
  beat();
  setInterval(beat, BEAT_MS);
  document.addEventListener('visibilitychange', beat);
}
