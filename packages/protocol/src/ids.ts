/**
 * Ids: 26 characters of Crockford base32 that sort by time (the ULID layout: 48 bits
 * of milliseconds, 80 bits of randomness). Source: github.com/ulid/spec.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether the text has the form of an id (it may still name nothing). */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** The milliseconds since the epoch that an id carries. */
export function idTime(id: string): number {
  let time = 0;
  for (const char of id.slice(0, 10)) time = time * 32 + ALPHABET.indexOf(char);
  return time;
}

function encodeTime(time: number): string {
  let rest = Math.max(0, Math.floor(time));
  let text = '';
  for (let index = 0; index < 10; index += 1) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** The smallest id of a moment: a bound for "before" and "after" queries. */
export function idFloor(time: number): string {
  return `${encodeTime(time)}0000000000000000`;
}

/**
 * Makes ids that never go backwards within one process: ids asked for in the same
 * millisecond count up from the first one's randomness.
 *
 * @param deps.now milliseconds since the epoch
 */
export function createIds(deps: { now: () => number }): (at?: number) => string {
  let lastTime = -1;
  let lastRandom: number[] = [];

  return function nextId(at?: number): string {
    if (at !== undefined) return encodeTime(at) + render(randomDigits());
    const time = Math.max(deps.now(), lastTime);
    if (time === lastTime) increment(lastRandom);
    else lastRandom = randomDigits();
    lastTime = time;
    return encodeTime(time) + render(lastRandom);
  };
}

function randomDigits(): number[] {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // The top digit stays low, so that counting up within a millisecond cannot overflow.
  return Array.from(bytes, (byte, index) => (index === 0 ? byte & 15 : byte & 31));
}

function increment(digits: number[]): void {
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits[index] ?? 0;
    if (digit < 31) {
      digits[index] = digit + 1;
      return;
    }
    digits[index] = 0;
  }
}

function render(digits: number[]): string {
  return digits.map((digit) => ALPHABET[digit]).join('');
}
