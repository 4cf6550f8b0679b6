/** Addresses and history: scroll positions are kept for each entry and given back with it. */
import { keptMap } from '../stores/kept-map.ts';
import { holdScroll } from './hold-scroll.ts';
import { match, type Params, type Route, type Screen } from './routes.ts';

type Current = {
  path: string;
  search: string;
  route: Route | null;
  params: Params;
  screen: Screen | null;
  failed: boolean;
  /** Which entry of the history this is. */
  key: string;
};

let current = $state.raw<Current>({
  path: '/',
  search: '',
  route: null,
  params: {},
  screen: null,
  failed: false,
  key: '',
});
let steps = 0;
/** Longer than between screens: everything is asked for anew. */
const FIRST_HELD_MS = 20_000;
const arrivals: (() => void)[] = [];
/** How far each entry of the history was scrolled. */
const positions = keptMap('positions', 60, () => positions.set(current.key, scrollY));

export function here(): Current {
  return current;
}

/** Called after each change of screen (not the first). */
export function onArrival(run: () => void): void {
  arrivals.push(run);
}

export async function startRouter(): Promise<void> {
  history.scrollRestoration = 'manual';
  // Each entry has a name of its own: one that was opened anew begins at its top.
  if (!history.state?.key) history.replaceState({ key: newKey() }, '');
  addEventListener('popstate', () => void show({ restore: true }));
  document.addEventListener('click', followLink);
  await show({ restore: false, first: true });
}

export async function go(to: string, options: { replace?: boolean } = {}): Promise<void> {
  positions.set(current.key, scrollY);
  steps += 1;
  history[options.replace ? 'replaceState' : 'pushState']({ key: newKey() }, '', to);
  await show({ restore: false });
}

/** After a reload, or on the way back from another site: where this entry was left. */
export function restoreFirst(): void {
  const top = positions.get(current.key) ?? 0;
  if (top > 0) holdScroll(top, FIRST_HELD_MS);
}

function newKey(): string {
  return `${Date.now().toString(36)}-${steps}`;
}

export function back(otherwise: string): void {
  if (steps > 0) history.back();
  else void go(otherwise, { replace: true });
}

async function show(how: { restore: boolean; first?: boolean }): Promise<void> {
  if (how.restore) positions.set(current.key, scrollY);
  const { pathname: path, search } = location;
  const key = (history.state as { key?: string } | null)?.key ?? 'start';
  const found = match(path);
  const sameScreen = found?.route === current.route && current.screen;
  const next = { path, search, route: found?.route ?? null, params: found?.params ?? {}, key };
  if (sameScreen) current = { ...next, screen: current.screen, failed: false };
  else {
    const screen = found ? await found.route.load().catch(() => null) : null;
    // Somebody may have gone elsewhere while this was loading.
    if (location.pathname !== path) return;
    current = { ...next, screen, failed: found !== null && screen === null };
  }
  if (how.first) return;
  await new Promise((resolve) => requestAnimationFrame(resolve));
  holdScroll(how.restore ? (positions.get(key) ?? 0) : 0);
  if (!how.restore || !sameScreen) for (const run of arrivals) run();
}

/** Links of our own pages change the screen; all others are the browser's. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest('a');
  if (!link?.href || link.target === '_blank' || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !match(url.pathname)) return;
  event.preventDefault();
  void go(`${url.pathname}${url.search}${url.hash}`);
}
