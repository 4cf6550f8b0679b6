/** The group chat that a message from elsewhere belongs to, where it does. */
import { iriHost } from '@mitoyen/protocol';
import { freshTalk } from './change-talk.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Conversation, MessageFacts } from './conversations.ts';
import { NAME_CHARACTERS, takesPart } from './talk.ts';

export function createFindTalk(deps: { store: ConversationStore; nextId: () => string }) {
  const { store } = deps;

  /**
   * By the id that it carries, else by what it answers. Only for people who take part: to
   * everybody else the id says nothing, and the message is one among whom it addresses.
   */
  return async function findTalk(message: MessageFacts): Promise<Conversation | null> {
    const iri = message.talk && message.context;
    const known = iri ? await store.byIri(iri) : null;
    if (known) return takesPart(known, message.author, message.at) ? known : null;
    if (iri && mayBegin(message, iri)) return begin(message, iri);
    const above = message.parentConversation ? await store.get(message.parentConversation) : null;
    if (above?.iri === undefined || !takesPart(above, message.author, message.at)) return null;
    return message.participants.every((one) => above.participants.includes(one)) ? above : null;
  };

  /** Its first message here: the id is of a server that takes part in it, and nobody leaves by it. */
  function mayBegin({ talk, hosts }: MessageFacts, iri: string): boolean {
    return talk?.change !== 'left' && URL.canParse(iri) && hosts.includes(iriHost(iri));
  }

  async function begin(message: MessageFacts, iri: string): Promise<Conversation | null> {
    const { participants, at, author } = message;
    const name = (message.talk?.name ?? '').slice(0, NAME_CHARACTERS);
    const fresh = freshTalk({ iri, participants, name, at });
    const talk = await store.ensure({ ...fresh, _id: deps.nextId() });
    return takesPart(talk, author, at) ? talk : null;
  }
}
