/** Edits and deletions that the origin (or the home of the group) tells. */
import type { RemoteNote } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { streamsOf } from './audience.ts';
import { historyOf, MOST_EDITS, versionOf } from './change-post.ts';
import { type ComposeRemote, meetingOf, policyOf, pollOf } from './compose-remote.ts';
import type { DeletePosts } from './delete-post.ts';
import type { PostEvent } from './event.ts';
import type { PlaceRemote } from './place-remote.ts';
import { isSamePoll } from './poll.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import { blankContent, isOpen, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import { type PostQuote, remoteQuote } from './quote.ts';

/** As long as others try to deliver: what comes after it is not late, but sent anew. */
const REMEMBER_MS = 14 * 24 * 3600_000;

export type ReceiveChange = ReturnType<typeof createReceiveChange>;

export function createReceiveChange(deps: {
  kit: Kit;
  store: PostStore;
  votes: PollVoteStore;
  place: PlaceRemote;
  compose: ComposeRemote;
  deletion: DeletePosts;
}) {
  const { kit, store, votes, deletion } = deps;

  /** False where it says nothing new, or is older than what is known. */
  async function edit(
    post: Post,
    note: RemoteNote,
    from: { author: Account; receipt: string },
  ): Promise<boolean> {
    const known = post.editedAt ?? post.publishedAt;
    const at = note.updated ?? kit.clock.now();
    // Many tell whole seconds only, so an edit within the same second is no older one.
    if (post.deletedAt !== undefined || at < Math.floor(known / 1000) * 1000) return false;
    const fewer = await narrowed(post, note, from.author);
    const open = isOpen({ readers: fewer.readers ?? post.readers });
    const level = post.copy ?? 'full';
    const content = await deps.compose.content(note, from.author, { open, level });
    if (isSame(post, content)) return false;
    const endsAt = content.poll?.endsAt;
    const edited = await store.change(post._id, versionOf(post), {
      set: {
        ...content,
        ...fewer,
        ...(endsAt && { pollDueAt: endsAt }),
        // Times in the future would shut out every later edit.
        editedAt: Math.max(Math.min(at, kit.clock.now()), known),
        receipt: from.receipt,
      },
      push: { edits: { $each: [historyOf(post)], $slice: -MOST_EDITS } },
    });
    if (!edited) throw new Error('the post changed in the same moment');
    if (!isSamePoll(post.poll, content.poll)) await votes.purgePosts([post._id]);
    return true;
  }

  /** New numbers are no edit of the post. Null where it has none, or the poll asks something else now. */
  async function count(
    post: Post,
    note: RemoteNote,
  ): Promise<'poll.changed' | 'attendance.changed' | null> {
    if (post.event) return countAttendance(post, post.event, note);
    const poll = pollOf(note, kit.clock.now());
    if (!poll || !post.poll || post.deletedAt !== undefined || !isSamePoll(poll, post.poll))
      return null;
    await store.setPollCounts(post._id, poll);
    if (poll.closedAt && !post.poll.closedAt) await store.tellPollAt(post._id, kit.clock.now());
    return 'poll.changed';
  }

  /** What it quotes, by which stamp, and who may quote it: no edit either. */
  async function requote(post: Post, note: RemoteNote, author: Account): Promise<boolean> {
    if (post.deletedAt !== undefined || post.copy) return false;
    const canQuote = policyOf(note, author);
    const quote = nextQuote(post.quote, remoteQuote(note));
    const before = JSON.stringify([post.canQuote, post.quote]);
    if (JSON.stringify([canQuote, quote]) === before) return false;
    const gone = [...(quote ? [] : ['quote']), ...(canQuote ? [] : ['canQuote'])];
    const changed = await store.change(
      post._id,
      { deletedAt: { $exists: false } },
      {
        ...((quote || canQuote) && {
          set: { ...(quote && { quote }), ...(canQuote && { canQuote }) },
        }),
        ...(gone.length > 0 && { unset: gone }),
      },
    );
    return changed !== null;
  }

  async function countAttendance(post: Post, event: PostEvent, note: RemoteNote) {
    const told = meetingOf(note);
    if (!told || post.deletedAt !== undefined) return null;
    const { going, maybe } = told;
    if (going === event.going && maybe === event.maybe) return null;
    await store.setAttendance(post._id, { going, maybe });
    return 'attendance.changed' as const;
  }

  /** Who may read follows the addresses only where they became fewer; new people may be named. */
  async function narrowed(post: Post, note: RemoteNote, author: Account): Promise<Partial<Post>> {
    const streams = streamsOf({ ...post, hashtags: note.tags.hashtags });
    if (post.audience === 'direct' || post.group) return { streams };
    const parent = post.inReplyTo ? await store.byId(post.inReplyTo) : null;
    const placed = await deps.place(note, { author, asked: true }, parent);
    if ('reason' in placed || placed.audience !== 'followers') return { streams };
    if (!post.readers.includes('public'))
      return { streams, readers: [...new Set([...post.readers, ...placed.readers])] };
    const { audience, readers } = placed;
    return { audience, readers, streams: streamsOf({ ...post, audience, hashtags: [] }) };
  }

  async function remove(post: Post, receipt: string): Promise<boolean> {
    return deletion.entomb(post, { receipt });
  }

  /** A Delete that came before its Create: the id is remembered, so that the Create is ignored. */
  async function rememberDeleted(iri: string, author: Account): Promise<boolean> {
    const now = kit.clock.now();
    return store.insert({
      ...blankContent(),
      _id: kit.nextId(),
      kind: 'post',
      iri,
      url: iri,
      author: author._id,
      local: false,
      host: iriHost(iri),
      place: `wall:${author._id}`,
      audience: 'direct',
      readers: [],
      publishedAt: now,
      deletedAt: now,
      expiresAt: new Date(now + REMEMBER_MS),
    });
  }

  return { edit, count, requote, remove, rememberDeleted };
}

/** Another quote, or another stamp, is looked at anew; a stamp that is gone was taken back. */
function nextQuote(known: PostQuote | undefined, told: PostQuote | undefined) {
  if (!told || !known || known.iri !== told.iri) return told;
  if (known.stamp === told.stamp) return known;
  const { stamp: _, ...rest } = known;
  if (!told.stamp)
    return { ...rest, state: known.state === 'pending' ? known.state : 'revoked' } as const;
  return { ...rest, stamp: told.stamp, state: 'pending' } as const;
}

function isSame(post: Post, content: Partial<Post>): boolean {
  const shown = (one: Partial<Post>) =>
    JSON.stringify([
      one.html,
      { ...one.event, going: 0, maybe: 0 },
      one.praise,
      one.title,
      one.warning,
      one.sensitive,
      one.media,
      one.hashtags,
    ]);
  return shown(post) === shown(content) && isSamePoll(post.poll, content.poll);
}
