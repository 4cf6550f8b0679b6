import { bringNear } from '../../ui/near.ts';

/** Posts, and the kept places of those that are too far away to be in the page. */
const PLACES = '[data-post], [data-far]';

/** Moves the focus to the post after (or before) the one that has it, or the first on the screen. */
export function nextPost(step: 1 | -1): boolean {
  const places = [...document.querySelectorAll<HTMLElement>(PLACES)].filter(
    (place) => place.dataset.post || place.offsetHeight > 0,
  );
  if (places.length === 0) return false;
  const focused = document.activeElement?.closest<HTMLElement>('[data-post]');
  const at = focused ? places.indexOf(focused) + step : firstInView(places);
  const place = places[Math.min(places.length - 1, Math.max(0, at))];
  const post = place && (place.dataset.post ? place : shownIn(place));
  post?.focus({ preventScroll: true });
  post?.scrollIntoView({ block: 'nearest' });
  return true;
}

function shownIn(place: HTMLElement): HTMLElement | null {
  bringNear(place);
  return place.querySelector<HTMLElement>('[data-post]');
}

function firstInView(places: HTMLElement[]): number {
  const found = places.findIndex((place) => place.getBoundingClientRect().bottom > 120);
  return Math.max(0, found);
}
