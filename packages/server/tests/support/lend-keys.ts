/**
 * RSA keys that the files of a batch use one after another. Making one takes 0.17 CPU-seconds,
 * and every account wants its own: a tenth of the time of all tests. A key is lent to one
 * app or peer at a time, so no two that meet have the same.
 */
import { generateRsaKeys, type RsaKeys } from '@mitoyen/federation';

const free: RsaKeys[] = [];

export function lendKeys() {
  const lent: RsaKeys[] = [];
  return {
    next: async (): Promise<RsaKeys> => {
      const keys = free.pop() ?? (await generateRsaKeys());
      lent.push(keys);
      return keys;
    },
    giveBack: (): void => {
      free.push(...lent.splice(0));
    },
  };
}
