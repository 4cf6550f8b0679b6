/** Descriptions of pictures that a post shows already. */
import { invalid } from '../../platform/app-error.ts';
import type { MediaLibrary } from './media.ts';
import type { MediaStore } from './media-store.ts';

const ALT_CHARACTERS = 1500;

export function createDescribeMedia(deps: { store: MediaStore }): MediaLibrary['describe'] {
  const { store } = deps;
  return async function describe(post, changes) {
    const found = await store.getMany(changes.map((one) => one.id));
    const own = new Set(
      found
        .filter((media) => media.owner === post.owner && media.attachedTo === post.id)
        .map((media) => media._id),
    );
    const problems = [
      ...(changes.every((one) => own.has(one.id))
        ? []
        : [{ field: 'media_attributes', code: 'ERR_INVALID', message: 'names no picture of it' }]),
      ...(changes.some((one) => [...(one.alt ?? '')].length > ALT_CHARACTERS)
        ? [
            {
              field: 'media_attributes',
              code: 'ERR_TOO_LONG',
              message: `must be described in ${ALT_CHARACTERS} characters at most`,
            },
          ]
        : []),
    ];
    if (problems.length > 0) throw invalid(...problems);
    for (const { id, alt, focus } of changes)
      await store.change(id, null, { ...(alt !== undefined && { alt }), ...(focus && { focus }) });
  };
}
