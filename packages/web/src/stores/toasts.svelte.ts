/** Short messages at the foot of the page, read out by screen readers, with an undo where there is one. */
type Undo = {
  label: string;
  run: () => void;
  /** Done when it can be undone no more: the message is gone, or the page is. */
  otherwise?: () => void;
};
export type Toast = { id: number; text: string; undo?: Undo };

const SHOWN_MS = 6000;
const MOST_SHOWN = 3;
let toasts = $state.raw<Toast[]>([]);
let count = 0;

export function shownToasts(): Toast[] {
  return toasts;
}

export function say(text: string, undo?: Undo): void {
  count += 1;
  const id = count;
  for (const old of toasts.slice(0, -(MOST_SHOWN - 1))) dismiss(old.id);
  toasts = [...toasts, { id, text, undo }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  take(id)?.undo?.otherwise?.();
}

export function undo(id: number): void {
  take(id)?.undo?.run();
}

/** Each ends once, one way or the other. */
function take(id: number): Toast | undefined {
  const toast = toasts.find((one) => one.id === id);
  toasts = toasts.filter((one) => one.id !== id);
  return toast;
}

/** A page that is left can be undone nothing on. */
addEventListener('pagehide', () => {
  for (const { id } of toasts) dismiss(id);
});
