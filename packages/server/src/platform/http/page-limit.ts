import { z } from 'zod';

/**
 * How many rows of a list are wanted. Whoever asks for more than `most` has that many, and what
 * is no number counts as not said, as Mastodon has it: apps ask for what other servers allow.
 */
export function pageLimit(usual: number, most: number, least = 1) {
  return z.coerce
    .number()
    .int()
    .overwrite((rows) => Math.min(Math.max(rows, least), most))
    .catch(usual)
    .default(usual)
    .meta({ minimum: least, maximum: most });
}
