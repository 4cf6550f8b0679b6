/** An event that is being written, and answers to those that are there. */

import { get, post } from '../../api/http.ts';
import { keepFile } from '../../api/keep-file.ts';
import type { Status } from '../../api/types.ts';
import type { DraftEvent } from '../../stores/draft.ts';
import { change, keep } from '../../stores/statuses.svelte.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';
import { toLocalInput } from '../feed/schedule.ts';

export const ANSWERS = ['going', 'maybe', 'declined'] as const;
export type Answer = (typeof ANSWERS)[number];
export type EventFacts = NonNullable<NonNullable<Status['mitoyen']>['event']>;

const HOUR_MS = 3_600_000;

/** Tomorrow at two, for an hour. */
export function newDraftEvent(now: number): DraftEvent {
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  at.setHours(14, 0, 0, 0);
  const ends = toLocalInput(new Date(at.getTime() + HOUR_MS));
  return { title: '', starts: toLocalInput(at), ends, location: '', url: '', capacity: '' };
}

export function draftOfEvent(event: EventFacts): DraftEvent {
  return {
    title: event.title,
    starts: toLocalInput(new Date(event.starts_at)),
    ends: event.ends_at ? toLocalInput(new Date(event.ends_at)) : '',
    location: event.location ?? '',
    url: event.url ?? '',
    capacity: event.capacity ? String(event.capacity) : '',
  };
}

/** What is wrong with its times; null where nothing is. `before`: what it was, of an edit. */
export function timeProblem(
  event: DraftEvent,
  now: number,
  before?: EventFacts,
): 'past' | 'order' | null {
  const starts = Date.parse(event.starts);
  const kept = before !== undefined && toLocalInput(new Date(before.starts_at)) === event.starts;
  if (Number.isNaN(starts) || (starts < now && !kept)) return 'past';
  return event.ends !== '' && Date.parse(event.ends) <= starts ? 'order' : null;
}

export function toEventBody(event: DraftEvent) {
  const { title, starts, ends, location, url, capacity } = event;
  return {
    title: title.trim(),
    starts_at: new Date(starts).toISOString(),
    ends_at: ends ? new Date(ends).toISOString() : null,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    location: location.trim() || null,
    url: withScheme(url.trim()) || null,
    capacity: Number(capacity) || null,
  };
}

/** "meet.example.com/x" is meant as a web address. */
function withScheme(url: string): string {
  return url === '' || /^https?:\/\//i.test(url) ? url : `https://${url}`;
}

/** Shown at once, taken back where the server says no. */
export async function answerEvent(status: Status, answer: Answer): Promise<void> {
  const before = status.mitoyen?.event;
  if (!status.mitoyen || !before) return;
  const counts = { going_count: before.going_count, maybe_count: before.maybe_count };
  const by = (kind: Answer | null, step: number) => {
    if (kind === 'going') counts.going_count = Math.max(0, counts.going_count + step);
    if (kind === 'maybe') counts.maybe_count = Math.max(0, counts.maybe_count + step);
  };
  by(before.my_answer, -1);
  by(answer, 1);
  const event = { ...before, ...counts, my_answer: answer, my_answer_state: 'accepted' as const };
  change(status.id, (now) => ({
    ...now,
    mitoyen: { ...status.mitoyen, event } as Status['mitoyen'],
  }));
  try {
    keep(await post<Status>(`/api/mitoyen/v1/events/${status.id}/answer`, { answer }));
  } catch (error) {
    change(status.id, () => status);
    say(errorText(error));
    await get<Status>(`/api/v1/statuses/${status.id}`).then(keep, () => {});
  }
}

export async function cancelEvent(status: Status): Promise<void> {
  try {
    keep(await post<Status>(`/api/mitoyen/v1/events/${status.id}/cancel`));
  } catch (error) {
    say(errorText(error));
  }
}

export async function addToCalendar({ id }: Status): Promise<void> {
  try {
    await keepFile(`/api/mitoyen/v1/events/${id}/event.ics`, `event-${id}.ics`);
  } catch (error) {
    say(errorText(error));
  }
}
