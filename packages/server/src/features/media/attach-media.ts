/** Claims uploads for a post: all of them or none. */
import type { Kit } from '../../kit.ts';
import { type AppError, invalid } from '../../platform/app-error.ts';
import type { Media } from './media.ts';
import type { MediaStore } from './media-store.ts';

export function createAttachMedia(deps: { kit: Kit; store: MediaStore }) {
  const { kit, store } = deps;

  return async function attach(
    ids: string[],
    owner: string,
    post: string,
    open = false,
  ): Promise<Media[]> {
    const wanted = [...new Set(ids)];
    const found = await store.getMany(wanted);
    check(wanted, found, owner, post);
    const claimed: string[] = [];
    for (const media of found) {
      if (media.attachedTo === post) continue;
      if (!(await store.claim(media._id, owner, post, open))) {
        await store.release(claimed, post, kit.clock.now() + 3600_000);
        throw problem('was used by another post just now');
      }
      claimed.push(media._id);
    }
    return found;
  };
}

function check(ids: string[], found: Media[], owner: string, post: string): void {
  // "Not yours" and "not there" get the same answer.
  const own = found.filter((media) => media.owner === owner && media.purpose === 'attachment');
  const known = new Set(own.map((media) => media._id));
  const others = ids.filter((id) => !known.has(id));
  if (others.length > 0) throw problem(`names what is no file of yours: ${others.join(', ')}`);
  for (const media of own) {
    if (media.attachedTo !== undefined && media.attachedTo !== post) {
      throw problem('names a picture that another post uses');
    }
    if (media.state === 'failed')
      throw problem(`names a picture that ${media.failure ?? 'failed'}`);
    if (media.state !== 'ready') throw problem('names a picture that is still being processed');
  }
}

function problem(message: string): AppError {
  return invalid({ field: 'media_ids', code: 'ERR_INVALID', message });
}
