/** A post as its origin tells it, by its address: one fetch; its author may cost another. */
import { type JsonObject, readNote } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReceivePost } from './receive-post.ts';

export type FetchPost = ReturnType<typeof createFetchPost>;

export function createFetchPost(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  receive: ReceivePost;
  tell: (name: EventName, post: Post) => Promise<void>;
}) {
  const { kit, apis, store, receive, tell } = deps;

  /** Known, or fetched; null where it is not to be had. */
  async function resolve(address: string): Promise<Post | null> {
    const known = (await store.byIri(address)) ?? (await store.byUrl(address));
    if (known) return known.deletedAt ? null : known;
    const fetched = await kit.remote.document(address);
    return fetched.kind === 'ok' ? take(fetched.document) : null;
  }

  /** Stores what an origin served. */
  async function take(document: JsonObject): Promise<Post | null> {
    const note = readNote(document);
    if (!note || iriHost(note.id) !== iriHost(note.attributedTo)) return null;
    const author = await apis.accounts.resolveIri(note.attributedTo);
    if (!author || author.domain === null || author.state !== 'active') return null;
    const result = await receive(note, { author, asked: true });
    if (result.kind === 'stored') await tell('post.published', result.post);
    return result.kind === 'refused' || result.post.deletedAt ? null : result.post;
  }

  return { resolve, take };
}
