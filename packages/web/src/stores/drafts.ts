/** Unfinished texts, by what they answer, kept on this device. */
import { database } from './database.ts';
import type { Draft } from './draft.ts';

const editors = new Map<string, (draft: Draft) => void>();

const watchers = new Set<() => void>();

/** Tells whenever something was kept or dropped. */
export function watchDrafts(run: () => void): () => void {
  watchers.add(run);
  return () => watchers.delete(run);
}

const changed = () => {
  for (const run of watchers) run();
};

/** An open field takes what is given back to it. */
export function takesDrafts(place: string, take: (draft: Draft) => void): () => void {
  editors.set(place, take);
  return () => {
    if (editors.get(place) === take) editors.delete(place);
  };
}

/** Gives a text back to the field that it belongs to, behind what is in it already. */
export async function handDraft(place: string, draft: Draft): Promise<void> {
  const before = (await draftOf(place))?.text.trim();
  const joined = before ? { ...draft, text: `${before}\n${draft.text}` } : draft;
  await saveDraft(place, joined);
  editors.get(place)?.(joined);
}

export async function draftOf(place: string): Promise<Draft | null> {
  try {
    return (await (await database()).get('drafts', place)) ?? null;
  } catch {
    return null;
  }
}

export async function saveDraft(place: string, draft: Draft): Promise<boolean> {
  try {
    const open = await database();
    if (isEmpty(draft)) await open.delete('drafts', place);
    else await open.put('drafts', draft, place);
    changed();
    return !isEmpty(draft);
  } catch {
    return false;
  }
}

/** Nothing in it that somebody has written or added. */
function isEmpty({ text, poll, event, praise, files }: Draft): boolean {
  const written = [text, event?.title, ...(poll?.options ?? [])].some((one) => one?.trim());
  return !written && !praise?.people.length && !files?.length;
}

export async function dropDraft(place: string): Promise<void> {
  try {
    await (await database()).delete('drafts', place);
    changed();
  } catch {
    // Nothing was kept, so nothing is to be dropped.
  }
}

/** Everything unfinished on this device. */
export async function allDrafts(): Promise<(Draft & { place: string })[]> {
  try {
    const open = await database();
    const [places, drafts] = await Promise.all([open.getAllKeys('drafts'), open.getAll('drafts')]);
    return drafts.map((draft, index) => ({ ...draft, place: places[index] ?? '' }));
  } catch {
    return [];
  }
}
