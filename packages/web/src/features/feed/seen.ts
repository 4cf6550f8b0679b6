/** Tells the server which posts of the company and of groups were really looked at, a few at a time. */
import type { Attachment } from 'svelte/attachments';
import { post } from '../../api/http.ts';
import type { Audience } from '../../api/types.ts';

const LOOKED_AT_MS = 1200;
const TOGETHER_MS = 4000;
const told = new Set<string>();
let next: string[] = [];

/** For the element of a post; nothing for those of which nobody keeps who saw them. */
export function seenWhenLookedAt(id: string, audience: Audience, own: boolean): Attachment | null {
  if (own || told.has(id) || (audience !== 'company' && audience !== 'group')) return null;
  return (element) => {
    let looking: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(([entry]) => {
      clearTimeout(looking);
      if (entry?.isIntersecting)
        looking = setTimeout(() => {
          observer.disconnect();
          tell(id);
        }, LOOKED_AT_MS);
    });
    observer.observe(element);
    return () => {
      clearTimeout(looking);
      observer.disconnect();
    };
  };
}

function tell(id: string): void {
  if (told.has(id)) return;
  told.add(id);
  next.push(id);
  if (next.length === 1) setTimeout(() => void send(), TOGETHER_MS);
}

async function send(): Promise<void> {
  const ids = next;
  next = [];
  try {
    await post('/api/mitoyen/v1/statuses/seen', { ids });
  } catch {
    for (const one of ids) told.delete(one);
  }
}
