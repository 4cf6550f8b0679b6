/** Kinds of values that several sections have. */
import { z } from 'zod';

/** Bytes, up to a GiB. */
export const size = (bytes: number) => z.int().min(1).max(1_073_741_824).default(bytes);

/** A count per window of time; 0 is no limit. */
export const perWindow = (count: number) => z.int().min(0).max(1_000_000).default(count);

export const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'is not an address range; write it as 10.0.0.0/8 or fd00::/8',
});
