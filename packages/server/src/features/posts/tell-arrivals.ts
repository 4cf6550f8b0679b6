/** Tells the house of posts that came from elsewhere: whoever is told need not read them again. */
import type { EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from './post.ts';

export function createTellArrivals(kit: Kit) {
  const arriving = new Map<string, Post>();

  return {
    tell: async (name: EventName, post: Post): Promise<void> => {
      if (name === 'post.published') arriving.set(post._id, post);
      try {
        await kit.events.emit({ name, id: post._id, local: false, data: {} });
      } finally {
        arriving.delete(post._id);
      }
    },
    /** As it arrived, while its arrival is being told. */
    get: (id: string) => arriving.get(id),
    /** It has changed meanwhile. */
    renew: (post: Post): void => {
      if (arriving.has(post._id)) arriving.set(post._id, post);
    },
  };
}
