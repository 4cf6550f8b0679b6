/**
 * Answers to invitations on the wire: pure. `Join` and `Leave` are Mobilizon's words,
 * `TentativeAccept` and `Reject` of an event ActivityStreams' (and Friendica's).
 */
import { buildActivityDocument, type JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { Answer } from './attendance.ts';

type Built = JsonObject & { id: string };
type Said = { iri: string; answer: Answer /** What had been said before. */; was?: Answer };

export function answerActivity(said: Said, post: Post, who: { by: Account; to: Account }): Built {
  const { answer, was, iri } = said;
  const object = { id: iri, actor: who.by.iri, object: post.iri, to: [who.to.iri] };
  if (answer === 'going') return buildActivityDocument('Join', object);
  if (answer === 'maybe') return buildActivityDocument('TentativeAccept', object);
  return buildActivityDocument(was === 'going' ? 'Leave' : 'Reject', object);
}

/** The organizer's answer to a Join. */
export function replyActivity(
  type: 'Accept' | 'Reject',
  join: { iri: string; post: Post; by: Account; organizer: Account },
): Built {
  const { iri, post, by, organizer } = join;
  return buildActivityDocument(type, {
    id: `${organizer.iri}#${type.toLowerCase()}s/joins/${post._id}/${by._id}/${hashOf(iri)}`,
    actor: organizer.iri,
    object: { id: iri, type: 'Join', actor: by.iri, object: post.iri },
    to: [by.iri],
  });
}

/** What an activity about an event says of whether its actor comes; null where nothing. */
export function readAnswer(type: string): Answer | null {
  switch (type) {
    case 'Join':
    case 'Accept':
      return 'going';
    case 'TentativeAccept':
      return 'maybe';
    case 'Leave':
    case 'Reject':
      return 'declined';
    default:
      return null;
  }
}

/** One reply for each Join: told twice it is the same. */
function hashOf(iri: string): string {
  let hash = 0;
  for (const character of iri) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(36);
}
