/** What a message from elsewhere says of the conversation that it is in. */
import type { RemoteNote } from '@mitoyen/federation';
import type { MessageFacts } from '../conversations/conversations.ts';

export function messageFacts(
  note: RemoteNote,
  facts: Pick<MessageFacts, 'author' | 'participants' | 'hosts' | 'at' | 'parentConversation'>,
): MessageFacts {
  return {
    ...facts,
    ...(note.talk && { talk: note.talk }),
    context: note.context ?? note.conversation,
  };
}
