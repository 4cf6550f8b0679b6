/** What a message changes of its group chat, as the client API shows it: `mitoyen.talk` of a Status. */
import type { AccountView } from '../accounts/accounts.ts';
import type { PostTalk } from '../conversations/talk.ts';

export function viewTalk(
  { name, change, people = [] }: PostTalk,
  accounts: ReadonlyMap<string, AccountView>,
) {
  return {
    name: name || null,
    change: change ?? null,
    people: people.flatMap((id) => accounts.get(id) ?? []),
  };
}
