/** Times as people say them. Formatters are kept: making one costs more than using it. */
import { locale } from './i18n.svelte.ts';

const kept = new Map<string, Intl.DateTimeFormat>();
const relative = new Map<string, Intl.RelativeTimeFormat>();
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${JSON.stringify(options)}`;
  const known = kept.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  kept.set(key, known);
  return known;
}

/** "2 hr. ago", and the date once that is long ago. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds >= WEEK) return day(iso);
  const known =
    relative.get(locale()) ??
    new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' });
  relative.set(locale(), known);
  if (seconds < MINUTE) return known.format(0, 'second');
  if (seconds < HOUR) return known.format(-Math.round(seconds / MINUTE), 'minute');
  if (seconds < DAY) return known.format(-Math.round(seconds / HOUR), 'hour');
  return known.format(-Math.round(seconds / DAY), 'day');
}

export function day(iso: string): string {
  const sameYear = new Date(iso).getFullYear() === new Date().getFullYear();
  return format({ day: 'numeric', month: 'short', ...(!sameYear && { year: 'numeric' }) }).format(
    new Date(iso),
  );
}

export function clock(iso: string | number): string {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** What the clock shows now in a time zone. */
export function clockIn(timeZone: string, now = Date.now()): string {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(now);
}

export function full(iso: string): string {
  return format({ dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
}

export function longDay(iso: string | number): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(iso));
}

/** "Mon 30 Nov, 14:00 – 15:30", or with both days where it lasts longer. */
export function span(from: string, to: string | null): string {
  const start = new Date(from);
  const sameYear = start.getFullYear() === new Date().getFullYear();
  const made = format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return to ? made.formatRange(start, new Date(to)) : made.format(start);
}

/** The leaf of a calendar: "NOV" and "30". */
export function dateTile(iso: string): { month: string; day: string } {
  const at = new Date(iso);
  return {
    month: format({ month: 'short' }).format(at),
    day: format({ day: 'numeric' }).format(at),
  };
}

/** For lists: the time today, the weekday this week, then the date. */
export function brief(iso: string): string {
  const at = new Date(iso);
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (at.getTime() >= midnight) return clock(iso);
  if (midnight - at.getTime() < 6 * DAY * 1000) return format({ weekday: 'short' }).format(at);
  return day(iso);
}

/** "yesterday 17:40" */
export function dayAndClock(iso: string): string {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.floor((new Date(iso).setHours(0, 0, 0, 0) - midnight) / (DAY * 1000));
  const name =
    days > -2
      ? new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day')
      : day(iso);
  return `${name} ${clock(iso)}`;
}

/** "4 Lyon, Rotterdam and Gdańsk" */
export function list(names: string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale(), {
    notation: value >= 10_000 ? 'compact' : 'standard',
  }).format(value);
}

/** "0.4 s" */
export function seconds(ms: number): string {
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: ms < 100 ? 2 : 1,
  }).format(ms / 1000);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "3.4 MB", as files are weighed. */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step < 2 ? 0 : 1,
  }).format(count / 1000 ** step);
}
