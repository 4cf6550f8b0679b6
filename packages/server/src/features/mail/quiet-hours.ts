/** Hours in which somebody wants to be left alone, in their own time zone. Pure rules. */
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

/** `22:00` to `07:00` goes over midnight. */
export type QuietHours = { from: string; to: string };
export type Frequency = 'off' | 'daily' | 'weekly';

/** When the quiet that there is now ends; null where there is none. */
export function quietUntil(now: number, hours: QuietHours | null, timeZone: string): number | null {
  if (!hours) return null;
  const { minutes } = localTime(now, timeZone);
  const from = minutesOf(hours.from);
  const length = (minutesOf(hours.to) - from + DAY_MINUTES) % DAY_MINUTES;
  const since = (minutes - from + DAY_MINUTES) % DAY_MINUTES;
  return since < length ? startOfMinute(now) + (length - since) * MINUTE_MS : null;
}

/** The next digest: at this hour, each day or each Monday. */
export function nextDigest(
  now: number,
  frequency: Exclude<Frequency, 'off'>,
  options: { hour: number; timeZone: string },
): number {
  const { minutes, weekday } = localTime(now, options.timeZone);
  const wait = (options.hour * 60 - minutes + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const daysAhead = wait + minutes >= DAY_MINUTES ? 1 : 0;
  const days = frequency === 'daily' ? 0 : (8 - ((weekday + daysAhead) % 7)) % 7;
  return startOfMinute(now) + (wait + days * DAY_MINUTES) * MINUTE_MS;
}

/** Minutes since midnight, and the day of the week (0 is Sunday). */
function localTime(now: number, timeZone: string): { minutes: number; weekday: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'short',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function startOfMinute(now: number): number {
  return now - (now % MINUTE_MS);
}
