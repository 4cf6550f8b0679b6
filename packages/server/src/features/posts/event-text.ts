/** When and where an event is, in words that need no language: for whoever knows no events. */
import { escapeHtml } from '@mitoyen/federation';
import type { PostEvent } from './event.ts';

type Facts = Pick<PostEvent, 'startsAt' | 'endsAt' | 'timeZone' | 'location' | 'cancelled'>;

/** The HTML above the description: title, time and place. */
export function eventHeader(title: string, event: Facts): string {
  const name = `<strong>${escapeHtml(title)}</strong>`;
  const words = [whenOf(event), event.location].filter(Boolean).join(' · ');
  const heading = event.cancelled ? `<s>${name}</s> ✗` : name;
  return `${title ? `<p>${heading}</p>` : ''}<p>${escapeHtml(words)}</p>`;
}

/** `2026-11-30 14:00 – 15:30 (Europe/Paris)` */
function whenOf({ startsAt, endsAt, timeZone = 'UTC' }: Facts): string {
  const start = minutes(startsAt, timeZone);
  const end = endsAt === undefined ? '' : minutes(endsAt, timeZone);
  const until = end.startsWith(start.slice(0, 10)) ? end.slice(11) : end;
  return `${[start, until].filter(Boolean).join(' – ')} (${timeZone})`;
}

function minutes(at: number, timeZone: string): string {
  // Swedish dates are ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return format.format(at);
}
