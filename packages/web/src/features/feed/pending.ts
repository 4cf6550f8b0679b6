/** What is on its way to the server, by where it is shown meanwhile. */
import { go } from '../../router/router.svelte.ts';
import type { Draft } from '../../stores/draft.ts';
import { handDraft } from '../../stores/drafts.ts';
import { onTheirWay, takeBack } from '../../stores/outbox.svelte.ts';
import type { Entry } from '../../stores/outbox-queue.ts';
import { compose } from './composer.svelte.ts';

const answers = ({ body }: Entry): string => String(body.in_reply_to_id ?? '');

/** Newest first, as the posts that they will be. */
export function pendingPosts(group?: string): Entry[] {
  return onTheirWay()
    .filter((one) => !one.talk && !answers(one))
    .filter(({ body }) => group === undefined || body.group_id === group)
    .toReversed();
}

export function pendingComments(has: (id: string) => boolean): Entry[] {
  return onTheirWay().filter((one) => !one.talk && has(answers(one)));
}

export function pendingMessages(talk: string): Entry[] {
  return onTheirWay().filter((one) => one.talk === talk);
}

/** Back into the field that it was written in. */
export async function goOnWriting(key: string): Promise<void> {
  const entry = await takeBack(key);
  if (!entry) return;
  const draft = entry.draft ?? toDraft(entry);
  if (entry.talk) await writeAt(`chat-${entry.talk}`, `/chat/${entry.talk}`, draft);
  else if (answers(entry)) await writeAt(`answer-${answers(entry)}`, addressOf(entry), draft);
  else await compose({ draft, place: `post-${key}` });
}

async function writeAt(place: string, address: string, draft: Draft): Promise<void> {
  await handDraft(place, draft);
  if (location.pathname !== address) await go(address);
}

/** A comment on a comment is written in the thread that is open, if it is one. */
function addressOf(entry: Entry): string {
  return location.pathname.startsWith('/posts/') ? location.pathname : `/posts/${answers(entry)}`;
}

function toDraft({ body, at }: Entry): Draft {
  return { text: String(body.status ?? ''), audience: 'company', groupId: null, savedAt: at };
}
