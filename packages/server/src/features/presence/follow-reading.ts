/** Who has read a conversation how far: told to those in it who tell the same of themselves. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Conversation } from '../conversations/conversations.ts';
import type { PresenceStore } from './presence-store.ts';

export function followReading(deps: { kit: Kit; apis: Apis; store: PresenceStore }): void {
  const { kit, apis, store } = deps;

  kit.events.on('conversation.read', async ({ id, local, data }) => {
    const { account, upTo } = data;
    const talk = await apis.conversations.get(id);
    if (!account || !upTo || !talk?.participants.includes(account)) return;
    if (local && !(await apis.preferences.of(account)).readReceipts) return;
    if (!(await store.read(id, account, upTo))) return;
    apis.streaming.publish({
      event: 'mitoyen.read',
      payload: { conversation_id: id, account_id: account, last_read_id: upTo },
      to: { accounts: await whoWantToKnow(talk, account) },
    });
    if (local) await tellOthers(talk, account, upTo);
  });

  async function whoWantToKnow(talk: Conversation, reader: string): Promise<string[]> {
    const others = talk.participants.filter((one) => one !== reader);
    const wishes = await Promise.all(others.map((one) => apis.preferences.of(one)));
    return others.filter((_, index) => wishes[index]?.readReceipts);
  }

  /** Of everybody in it the newest message: whoever wrote elsewhere may learn that it was read. */
  async function tellOthers(talk: Conversation, reader: string, upTo: string): Promise<void> {
    for (const [author, message] of Object.entries(talk.spoke ?? {}))
      if (author !== reader && message <= upTo) await apis.posts.tellRead(message, reader);
  }
}
