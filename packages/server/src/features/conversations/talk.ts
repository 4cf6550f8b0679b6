/** Group chats: who takes part, by what each message changed. Pure. */
import type { TalkChange } from '@mitoyen/federation';
import type { Conversation } from './conversations.ts';

/** What a message says of its group chat, and what it changes; people are accounts. */
export type PostTalk = { name: string; change?: TalkChange; people?: string[] };

export const MOST_PEOPLE = 50;
export const NAME_CHARACTERS = 100;

/**
 * Whether somebody may write into it: who takes part, and who left later than that. Changes come
 * in any order from several servers, so each person's last one counts.
 */
export function takesPart(
  talk: Pick<Conversation, 'participants' | 'people'>,
  account: string,
  at: number,
): boolean {
  if (talk.participants.includes(account)) return true;
  const known = talk.people?.[account];
  return known !== undefined && !known.in && at <= known.at;
}

const WORDS: Record<'en' | 'fr', Record<TalkChange, (name: string, people: string) => string>> = {
  en: {
    made: (name) => (name ? `started the group chat “${name}”` : 'started a group chat'),
    named: (name) => (name ? `named this chat “${name}”` : 'took the name of this chat away'),
    added: (_, people) => `added ${people}`,
    left: () => 'left this chat',
  },
  fr: {
    made: (name) => (name ? `a créé la discussion « ${name} »` : 'a créé une discussion de groupe'),
    named: (name) =>
      name ? `a nommé cette discussion « ${name} »` : 'a retiré le nom de cette discussion',
    added: (_, people) => `a ajouté ${people}`,
    left: () => 'a quitté cette discussion',
  },
};

/** What the message says where group chats are unknown, in its author's language. */
export function changeText(
  by: { displayName: string; username: string; language?: string },
  change: TalkChange,
  { name, people }: { name: string; people: string[] },
): string {
  const words = WORDS[by.language?.startsWith('fr') ? 'fr' : 'en'];
  return `${by.displayName || by.username} ${words[change](name, people.join(', '))}`;
}
