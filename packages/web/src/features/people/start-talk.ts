import type { Account } from '../../api/types.ts';
import { go } from '../../router/router.svelte.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';
import { openTalk } from '../chat/chat.svelte.ts';

/** Opens the conversation with somebody. */
export async function startTalk(account: Account): Promise<void> {
  try {
    const talk = await openTalk([account]);
    await go(`/chat/${talk.id}`);
  } catch (error) {
    say(errorText(error));
  }
}
