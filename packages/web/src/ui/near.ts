/** Tells elements whether they are near what is shown: one observer for all of them. */
import { flushSync } from 'svelte';

const NEAR_PX = 1600;
const told = new WeakMap<Element, (near: boolean) => void>();
/** Things that the reader has begun: they stay, however far away. */
const IN_USE = 'dialog[open], :popover-open, textarea, .fold[aria-expanded="false"]';
let observer: IntersectionObserver | null = null;

export function watchNear(element: Element, tell: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: `${NEAR_PX}px 0px` },
  );
  const watching = observer;
  told.set(element, tell);
  watching.observe(element);
  return () => watching.unobserve(element);
}

/** Shows what is in it at once, as the keyboard goes there. */
export function bringNear(element: Element): void {
  told.get(element)?.(true);
  flushSync();
}

export function isInUse(element: Element): boolean {
  return (
    element.contains(document.activeElement) ||
    element.querySelector(IN_USE) !== null ||
    [...element.querySelectorAll<HTMLMediaElement>('video, audio')].some((one) => !one.paused)
  );
}
