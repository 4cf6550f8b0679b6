/**
 * Gives a scroll position back and keeps it while what stands above is still coming, until the
 * reader scrolls.
 */
const HELD_MS = 2000;
const TAKEN_OVER = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const;

let release = () => {};

export function holdScroll(top: number, heldMs = HELD_MS): void {
  release();
  scrollTo(0, top);
  if (top === 0) return;
  const observer = new ResizeObserver(() => scrollTo(0, top));
  observer.observe(document.body);
  const timer = setTimeout(() => release(), heldMs);
  release = () => {
    clearTimeout(timer);
    observer.disconnect();
    for (const name of TAKEN_OVER) removeEventListener(name, release);
    release = () => {};
  };
  for (const name of TAKEN_OVER) addEventListener(name, release, { passive: true });
}
