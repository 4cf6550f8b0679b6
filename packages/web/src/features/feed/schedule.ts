/** When a post may be published later: the times of the field are those of the reader's clock. */
const LEAST_AHEAD_MS = 6 * 60_000;

/** The server wants five minutes; one more is for writing. */
export function earliest(now: number): Date {
  return new Date(now + LEAST_AHEAD_MS);
}

/** What is offered first: the next working morning at nine. */
export function nextMorning(now: number): Date {
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  while (at.getDay() === 0 || at.getDay() === 6) at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return at;
}

/** "2026-11-24T09:00", as a field of date and time takes it. */
export function toLocalInput(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant that a field means, or null where it is empty or too soon. */
export function instantOf(value: string, now: number): string | null {
  const at = new Date(value);
  if (Number.isNaN(at.getTime()) || at.getTime() < now + LEAST_AHEAD_MS - 60_000) return null;
  return at.toISOString();
}
