/** A remote post that was authenticated already: is it for us, who may read it, store it once. */
import type { RemoteNote } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { CopyLevel } from '../partners/partners.ts';
import type { ComposeRemote } from './compose-remote.ts';
import { under } from './compose-remote.ts';
import type { PlaceRemote } from './place-remote.ts';
import { type Post, scopeOf } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import type { ReceivedFrom } from './posts.ts';

export type Received =
  | { kind: 'stored'; post: Post }
  /** It is there already. `again`: by the very receipt that is being worked on once more. */
  | { kind: 'known'; post: Post; again: boolean }
  | { kind: 'refused'; reason: string };

export type ReceivePost = (note: RemoteNote, from: ReceivedFrom) => Promise<Received>;

export function createReceivePost(deps: {
  apis: Apis;
  store: PostStore;
  place: PlaceRemote;
  compose: ComposeRemote;
}): ReceivePost {
  const { apis, store } = deps;
  const refused = (reason: string): Received => ({ kind: 'refused', reason });

  return async function receivePost(note, from) {
    const { author } = from;
    if (!sameIri(note.attributedTo, author.iri) || iriHost(note.id) !== iriHost(author.iri))
      return refused('not by its author');
    const above = note.inReplyTo ? await store.byIri(note.inReplyTo) : null;
    const parent = above?.kind === 'post' ? above : null;
    const placed = await deps.place(note, from, parent);
    if ('reason' in placed) return refused(placed.reason);
    const scope = scopeOf(placed);
    // What a group elsewhere relays comes by the agreement with the group's home.
    const source = placed.group && from.group ? from.group : author;
    if (!apis.policy.allows(iriHost(source.iri), scope, placed.group))
      return refused(`the agreement does not allow ${scope}`);
    if (isTooOld(note, iriHost(author.iri)))
      return refused('older than the agreement lets copies become');
    const level = await levelOf(placed.group);
    const composed = await deps.compose.compose(note, author, parent, placed, level);
    const post: StoredPost = { ...composed, ...(from.receipt && { receipt: from.receipt }) };
    return (await store.insert(post)) ? arrived(post) : wasThere(post);
  };

  /** A group's home keeps all; the others what they have agreed on with it. */
  async function levelOf(group: string | undefined): Promise<CopyLevel> {
    const home = group && (await apis.accounts.get(group));
    if (!home || home.domain === null) return 'full';
    return apis.policy.copyLevel(iriHost(home.iri));
  }

  /** What the next clearing away would remove is not stored in between. */
  function isTooOld({ published }: RemoteNote, host: string): boolean {
    const oldest = apis.policy.oldestCopy(host);
    return oldest !== null && published !== undefined && published < oldest;
  }

  async function arrived(post: StoredPost): Promise<Received> {
    await Promise.all([count(post), adoptOrphans(post)]);
    return { kind: 'stored', post };
  }

  async function wasThere(post: StoredPost): Promise<Received> {
    const known = await store.byIri(post.iri);
    if (!known) return refused('could not be stored');
    if (known.author !== post.author) {
      // Somebody else of that server announced its deletion before it came: nobody's business.
      if (known.expiresAt === undefined) return refused('not by its author');
      await store.remove(known._id);
      return (await store.insert(post)) ? arrived(post) : refused('could not be stored');
    }
    const again = post.receipt !== undefined && known.receipt === post.receipt;
    // A crash may have come between storing and counting.
    if (again) await recount(known);
    return { kind: 'known', post: known, again };
  }

  async function count(post: Post): Promise<void> {
    await Promise.all([
      post.audience === 'direct'
        ? undefined
        : apis.accounts.addCounts(post.author, { posts: 1 }, post.publishedAt),
      ...(post.countedIn ?? []).map((id) => store.addCounts({ id, inc: { 'counts.comments': 1 } })),
    ]);
  }

  async function recount(post: Post): Promise<void> {
    for (const id of post.countedIn ?? [])
      await store.setComments(id, await store.countComments(id));
    await adoptOrphans(post);
  }

  /** Comments that overtook this post hang under it from now on. */
  async function adoptOrphans(post: Post): Promise<void> {
    for (const orphan of await store.orphansOf(post.iri)) {
      const adopted = await store.adopt(orphan._id, under(post, orphan));
      if (!adopted) continue;
      const counted = adopted.countedIn ?? [];
      const root = adopted.root ?? post._id;
      const below = await store.moveThread(orphan._id, root, counted.includes(root));
      for (const id of counted) {
        const by = id === root ? 1 + below : 1;
        await store.addCounts({ id, inc: { 'counts.comments': by } });
      }
    }
  }
}
