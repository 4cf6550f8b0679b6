/** The composer's state: one at a time, for a new post or for a change of one. */
import { get } from '../../api/http.ts';
import type { Status } from '../../api/types.ts';
import type { Draft } from '../../stores/draft.ts';
import { draftOf } from '../../stores/drafts.ts';
import { myGroups } from '../../stores/groups.svelte.ts';
import { defaultAudience } from '../../stores/preferences.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';
import type { Choice } from './audience.ts';
import { quotableIn } from './quote.ts';

export type Start = {
  choice?: Choice;
  pictures?: boolean;
  poll?: boolean;
  event?: boolean;
  praise?: boolean;
  files?: File[];
  quote?: Status;
  /** What is gone on with, instead of the last one that was left. */
  draft?: Draft;
  /** Where that is kept. */
  place?: string;
};

export const DRAFT = 'new-post';

class ComposerState {
  open = $state(false);
  text = $state('');
  choice: Choice = $state.raw({ audience: 'company', group: null });
  editing: Status | null = $state.raw(null);
  start: Start = $state.raw({});
  /** What it begins with, and where what is written is kept. */
  draft: Draft | null = $state.raw(null);
  place = DRAFT;
}

export const composer = new ComposerState();

export async function compose(start: Start = {}): Promise<void> {
  const place = start.place ?? DRAFT;
  const draft = start.draft ?? (await draftOf(place));
  const group = myGroups()?.find((one) => one.id === draft?.groupId) ?? null;
  const kept = draft && ({ audience: draft.audience, group } as Choice);
  composer.editing = null;
  composer.draft = draft;
  composer.place = place;
  composer.text = draft?.text ?? '';
  composer.choice = start.choice ??
    (kept && (kept.audience !== 'group' || group) ? kept : null) ?? {
      audience: await defaultAudience(),
      group: null,
    };
  composer.start = start;
  composer.open = true;
}

/** Not with the text that was left of another post. */
export async function quotePost(quote: Status): Promise<void> {
  const choice = quotableIn(quote);
  return compose({ quote, place: `quote-${quote.id}`, ...(choice ? { choice } : {}) });
}

export async function editPost(status: Status): Promise<void> {
  try {
    const place = `edit-${status.id}`;
    const kept = await draftOf(place);
    const source = kept ?? (await get<{ text: string }>(`/api/v1/statuses/${status.id}/source`));
    composer.editing = status;
    composer.draft = kept;
    composer.place = place;
    composer.text = source.text;
    composer.start = {};
    composer.open = true;
  } catch (error) {
    say(errorText(error));
  }
}
