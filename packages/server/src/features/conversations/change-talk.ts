/**
 * Group chats: made, named, joined by others, left. Each change is a message to all whom it
 * concerns, so that every server takes part; what follows from it follows from the message,
 * whether it was written here or elsewhere.
 */
import type { TalkChange } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Conversation } from './conversations.ts';
import type { createOpenConversation } from './open-conversation.ts';
import { changeText, MOST_PEOPLE, NAME_CHARACTERS, takesPart } from './talk.ts';

export type ChangeTalk = ReturnType<typeof createChangeTalk>;

export function createChangeTalk(deps: {
  kit: Kit;
  apis: Apis;
  store: ConversationStore;
  opener: ReturnType<typeof createOpenConversation>;
}) {
  const { kit, apis, store, opener } = deps;

  async function make(by: Account, names: string[], rawName: string): Promise<Conversation> {
    const name = checkName(rawName);
    const others = await opener.resolveAll(by, names);
    const participants = [...new Set([by._id, ...others.map(({ _id }) => _id)])];
    checkCount(participants.length);
    const id = kit.nextId();
    const iri = `${kit.baseUrl}/conversations/${id}`;
    const at = kit.clock.now();
    const talk = await store.ensure({ ...freshTalk({ iri, participants, name, at }), _id: id });
    await say(by, talk, { change: 'made', name });
    return (await store.get(talk._id)) ?? talk;
  }

  async function rename(by: Account, id: string, rawName: string): Promise<Conversation> {
    const talk = await mine(by, id);
    const name = checkName(rawName);
    if (name === (talk.name ?? '')) return talk;
    return say(by, talk, { change: 'named', name });
  }

  async function add(by: Account, id: string, names: string[]): Promise<Conversation> {
    const talk = await mine(by, id);
    const found = await opener.resolveAll(by, names);
    const fresh = found.filter(({ _id }) => !talk.participants.includes(_id));
    if (fresh.length === 0) return talk;
    checkCount(talk.participants.length + fresh.length);
    return say(by, talk, { change: 'added', people: fresh });
  }

  async function leave(by: Account, id: string): Promise<void> {
    await say(by, await mine(by, id), { change: 'left' });
  }

  async function mine(by: Account, id: string): Promise<Conversation> {
    const talk = await store.get(id);
    if (!talk?.participants.includes(by._id)) throw notFound();
    if (talk.iri === undefined)
      throw invalid(problem('id', 'is no group chat: make one with these people'));
    return talk;
  }

  async function say(
    by: Account,
    talk: Conversation,
    said: { change: TalkChange; name?: string; people?: Account[] },
  ): Promise<Conversation> {
    const { change, people = [], name = talk.name ?? '' } = said;
    const shown = people.map((one) => one.displayName || one.username);
    const post = await apis.posts.publish({
      author: by,
      text: changeText(by, change, { name, people: shown }),
      audience: 'direct',
      conversation: talk._id,
      talk: { name, change, people: people.map(({ _id }) => _id) },
    });
    // The event of the message does the same: whoever asks next must not wait for it.
    await apply(post);
    return (await store.get(talk._id)) ?? talk;
  }

  /** What a message changes of its group chat; running it twice changes nothing more. */
  async function apply(post: Post): Promise<void> {
    const { talk: said, author, publishedAt: at, conversation } = post;
    if (!said?.change || conversation === undefined) return;
    const talk = await store.get(conversation);
    if (talk?.iri === undefined || !takesPart(talk, author, at)) return;
    switch (said.change) {
      case 'made':
      case 'named':
        return store.setName(talk._id, said.name.slice(0, NAME_CHARACTERS), at);
      case 'added':
        return addAll(talk, author, { people: said.people ?? [], at });
      case 'left':
        return store.setPerson(talk._id, author, { in: false, at });
      default:
        return said.change satisfies never;
    }
  }

  /** Nobody is drawn in by somebody whom they blocked. */
  async function addAll(
    talk: Conversation,
    by: string,
    { people, at }: { people: string[]; at: number },
  ): Promise<void> {
    const room = Math.max(0, MOST_PEOPLE - talk.participants.length);
    for (const person of people.slice(0, room))
      if (!(await apis.relations.blockedEither(by, person)))
        await store.setPerson(talk._id, person, { in: true, at });
  }

  return { make, rename, add, leave, apply };
}

export function freshTalk(facts: {
  iri: string;
  participants: string[];
  name: string;
  at: number;
}): Omit<Conversation, '_id'> {
  const { iri, name, at } = facts;
  const participants = [...new Set(facts.participants)].sort();
  return {
    key: `talk ${iri}`,
    iri,
    name,
    namedAt: at,
    participants,
    people: Object.fromEntries(participants.map((id) => [id, { in: true, at }])),
    lastAt: 0,
    unread: [],
    hidden: [],
  };
}

function checkName(raw: string): string {
  const name = raw.trim().replace(/\s+/g, ' ');
  if (name.length > NAME_CHARACTERS)
    throw invalid(problem('name', `is longer than ${NAME_CHARACTERS} characters`));
  return name;
}

function checkCount(count: number): void {
  if (count > MOST_PEOPLE)
    throw invalid(problem('accounts', `would be more than ${MOST_PEOPLE} people`));
}

function problem(field: string, message: string): FieldProblem {
  return { field, code: 'ERR_INVALID', message };
}
