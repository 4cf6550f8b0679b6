/** Messages of a conversation: their order, and who has not read them. Pure. */

/** Where a message stands in its conversation. Its content stays in the post. */
export type Message = {
  /** The post's id. */
  _id: string;
  conversation: string;
  author: string;
  order: string;
  at: number;
  /** Whether the conversation has taken note of it. */
  noted?: boolean;
};

/** The same people, the same key, whoever wrote first and however often somebody is named. */
export function conversationKey(participants: string[]): string {
  return [...new Set(participants)].sort().join(' ');
}

/**
 * Sorts by the second in which a message was written, then by arrival. Servers tell times
 * in whole seconds: an answer within the same second must come after what it answers, and
 * what comes late keeps its place.
 *
 * @param arrival an id made when it arrived
 */
export function messageOrder(writtenAt: number, arrival: string): string {
  return `${secondOf(writtenAt)} ${arrival}`;
}

/** Before every message of this second. */
export function orderFloor(at: number): string {
  return `${secondOf(at)} `;
}

function secondOf(at: number): string {
  return String(Math.max(0, Math.floor(at / 1000))).padStart(12, '0');
}

/** A message of the future would stay the last one forever. */
export function writtenAt(publishedAt: number, now: number): number {
  return Math.min(publishedAt, now);
}
