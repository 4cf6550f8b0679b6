import { setTimeout as wait } from 'node:timers/promises';

/** On a busy machine everything takes longer: `TEST_PATIENCE=5` waits five times as long. */
const PATIENCE = Number(process.env.TEST_PATIENCE) || 1;

/**
 * Asks again until the check gives a value that is neither false, null nor undefined.
 *
 * @throws the last error, or one that names what was waited for
 */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | false | null | undefined>,
  options: { within?: number; every?: number } = {},
): Promise<T> {
  const deadline = Date.now() + (options.within ?? 15_000) * PATIENCE;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await check();
      if (value !== false && value !== null && value !== undefined) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await wait(options.every ?? 40);
  }
  throw last ?? new Error(`it did not happen in time: ${what}`);
}
