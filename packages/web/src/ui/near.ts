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
      for (const { target, isIntersecting, boundingClientRect: box } of entries) {
        const seen = box.bottom > 0 && box.top < innerHeight;
        if (seen) told.get(target)?.(isIntersecting);
        else tellLater(target, isIntersecting);
      }
    },
    { rootMargin: `${NEAR_PX}px 0px` },
  );
  const watching = observer;
  told.set(element, tell);
  watching.observe(element);
  return () => {
    watching.unobserve(element);
    later.delete(element);
    told.delete(element);
  };
}

/** What nobody sees yet comes one by one, so that scrolling and typing go on in between. */
const later = new Map<Element, boolean>();

function tellLater(element: Element, near: boolean): void {
  if (later.size === 0) setTimeout(tellNext);
  later.set(element, near);
}

function tellNext(): void {
  const next = later.entries().next().value;
  if (!next) return;
  const [element, near] = next;
  later.delete(element);
  told.get(element)?.(near);
  if (later.size > 0) setTimeout(tellNext);
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
