/** Short messages at the foot of the page, read out by screen readers, with an undo where there is one. */
export type Toast = { id: number; text: string; undo?: { label: string; run: () => void } };

const SHOWN_MS = 6000;
let toasts = $state.raw<Toast[]>([]);
let count = 0;

export function shownToasts(): Toast[] {
  return toasts;
}

export function say(text: string, undo?: Toast['undo']): void {
  count += 1;
  const id = count;
  toasts = [...toasts.slice(-2), { id, text, undo }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
}
