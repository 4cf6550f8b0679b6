/** Messages of a conversation, and by whom it is known. */

/**
 * A message's place in its conversation; its content stays in the post. Messages are in the
 * order of their posts' ids, which are made on arrival: servers tell times in whole seconds,
 * and an answer within the same second must come after what it answers.
 */
export type Message = {
  /** The post's id. */
  _id: string;
  conversation: string;
  author: string;
  at: number;
  /** Whether the conversation has taken note of it. */
  noted?: boolean;
};

/** The same people, the same key, whoever wrote first and however often somebody is named. */
export function conversationKey(participants: string[]): string {
  return [...new Set(participants)].sort().join(' ');
}
