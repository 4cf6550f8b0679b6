/** What processes tell each other through Redis: ids and who may read, never content. */
import type { Post } from '../posts/post.ts';

/** Of a post: what says for whom it is, so that a deleted one can be told too. */
export type PostFacts = Pick<
  Post,
  | '_id'
  | 'kind'
  | 'author'
  | 'readers'
  | 'feed'
  | 'streams'
  | 'audience'
  | 'conversation'
  | 'local'
  | 'language'
> & { withMedia: boolean; answers: string | null; isAnswer: boolean };

export type PostEventName = 'update' | 'status.update' | 'delete';

/** `everybody`: every person here, guests too. */
export type Told = { accounts: string[] } | 'colleagues' | 'everybody';

export type StreamMessage =
  | { type: 'post'; event: PostEventName; post: PostFacts }
  | { type: 'notification'; account: string; id: string }
  | { type: 'conversation'; id: string; accounts: string[] }
  /** Anything small that is the same for all who hear it. */
  | { type: 'event'; event: string; payload: string; to: Told }
  /** What these people follow, filter or list has changed. */
  | { type: 'refresh'; accounts: string[] }
  /** These connections end now. */
  | { type: 'cut'; tokens: string[]; accounts: string[] };

export function factsOf(post: Post): PostFacts {
  const { _id, kind, author, readers, feed, streams, audience, conversation, local, language } =
    post;
  return {
    _id,
    kind,
    author,
    readers,
    streams,
    audience,
    local,
    ...(feed && { feed }),
    ...(language && { language }),
    ...(conversation && { conversation }),
    withMedia: post.media.length > 0,
    answers: post.inReplyToAccount ?? null,
    isAnswer: post.inReplyToIri !== undefined,
  };
}
