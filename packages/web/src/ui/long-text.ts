/** Tells which texts are cut off: asked after the layout, so that it is not made once more for each. */
import type { Attachment } from 'svelte/attachments';

/** Less than a line more than fits is not worth a button. */
const SLACK_PX = 24;
const told = new WeakMap<Element, (long: boolean) => void>();
let observer: ResizeObserver | null = null;

export function tellsLong(tell: (long: boolean) => void): Attachment {
  return (element) => {
    observer ??= new ResizeObserver((entries) => {
      for (const { target } of entries)
        told.get(target)?.(target.scrollHeight > target.clientHeight + SLACK_PX);
    });
    const watching = observer;
    told.set(element, tell);
    watching.observe(element);
    return () => watching.unobserve(element);
  };
}
