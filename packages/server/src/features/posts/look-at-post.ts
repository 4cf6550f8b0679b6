/** Looks at a remote post again, at its origin: it may have been edited or deleted meanwhile. */
import { type JsonObject, readNote } from '@mitoyen/federation';
import { sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from './post.ts';
import type { ReceiveChange } from './receive-change.ts';
import type { SettleQuote } from './settle-quote.ts';

/** Its document, or null where it is gone or not to be had. */
export type LookAtPost = (post: Post) => Promise<JsonObject | null>;

export function createLookAtPost(deps: {
  kit: Kit;
  apis: Apis;
  changes: ReceiveChange;
  settle: SettleQuote;
  tell: (name: EventName, post: Post) => Promise<void>;
}): LookAtPost {
  const { kit, apis, changes, tell } = deps;

  return async function look(post) {
    const fetched = await kit.remote.document(post.iri);
    if (fetched.kind === 'gone' && (fetched.status === 410 || (await isAnswering(post))))
      return remove(post);
    if (fetched.kind !== 'ok') return null;
    if (fetched.document.type === 'Tombstone') return remove(post);
    await edit(post, fetched.document);
    await deps.settle.settle(post);
    return fetched.document;
  };

  /** A 404 alone may be a server in trouble; where it still knows the author, the post is gone. */
  async function isAnswering(post: Post): Promise<boolean> {
    const author = await apis.accounts.get(post.author);
    const actor = author && (await kit.remote.document(author.iri));
    return actor?.kind === 'ok';
  }

  async function remove(post: Post): Promise<null> {
    if (await changes.remove(post, `look:${kit.nextId()}`)) await tell('post.deleted', post);
    return null;
  }

  async function edit(post: Post, document: JsonObject): Promise<void> {
    const note = readNote(document);
    const author = await apis.accounts.get(post.author);
    if (!note?.updated || !author || !sameIri(note.attributedTo, author.iri)) return;
    if (note.updated <= (post.editedAt ?? post.publishedAt)) return;
    const receipt = `look:${kit.nextId()}`;
    if (await changes.edit(post, note, { author, receipt })) await tell('post.edited', post);
  }
}
