/** The current time, as a dependency: milliseconds since the epoch. */
export type Clock = { now: () => number };

export const systemClock: Clock = { now: () => Date.now() };
