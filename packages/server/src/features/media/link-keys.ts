/** The secrets that links are signed with, the newest first; every process knows them all. */
import { randomBytes } from 'node:crypto';
import type { Kit } from '../../kit.ts';
import { checkLink, type LinkKey, type Signed, signFile } from './file-link.ts';

const LOOK_AGAIN_MS = 60_000;
/** Links with a key that is not known make us look, but not for every request. */
const UNKNOWN_PAUSE_MS = 2_000;
const DAY_MS = 24 * 3600_000;

export type LinkKeys = ReturnType<typeof createLinkKeys>;

export function createLinkKeys(kit: Pick<Kit, 'mongo' | 'clock' | 'config' | 'log'>) {
  const rows = kit.mongo.collection<LinkKey>('media_keys');
  let keys: LinkKey[] = [];
  let loadedAt = 0;

  async function load(): Promise<void> {
    const found = await rows.find({}).toArray();
    keys = found.sort((a, b) => b.createdAt - a.createdAt);
    loadedAt = kit.clock.now();
  }

  async function make(): Promise<LinkKey> {
    const key = {
      _id: randomBytes(4).toString('hex'),
      secret: randomBytes(32).toString('base64'),
      createdAt: kit.clock.now(),
    };
    await rows.insertOne(key);
    return key;
  }

  /** Other processes rotate too. */
  function lookAgain(): void {
    const now = kit.clock.now();
    if (now - loadedAt <= LOOK_AGAIN_MS) return;
    loadedAt = now;
    load().catch((error) => kit.log.warn({ err: error }, 'keys of links were not looked up'));
  }

  return {
    /** Before anything is signed; makes the first key. */
    start: async (): Promise<void> => {
      await load();
      if (keys.length > 0) return;
      await make();
      await load();
    },
    sign: (file: string, expiresAt: number): string => {
      lookAgain();
      const [newest] = keys;
      if (!newest) throw new Error('the keys of links are not loaded yet');
      return signFile(file, expiresAt, newest);
    },
    /** Milliseconds that the link is still good for, or null. */
    check: async (file: string, signed: Signed): Promise<number | null> => {
      lookAgain();
      const now = kit.clock.now();
      const isKnown = keys.some((key) => key._id === signed.key);
      if (!isKnown && now - loadedAt > UNKNOWN_PAUSE_MS) await load();
      return checkLink(file, signed, keys, now);
    },
    /** A new key signs from now on; `forget`: links with the old ones end at once. */
    rotate: async (options: { forget: boolean }): Promise<LinkKey> => {
      await load();
      const old = keys.map((one) => one._id);
      const key = await make();
      if (options.forget) await rows.deleteMany({ _id: { $in: old } });
      await load();
      return key;
    },
    /** Keys whose last link is over. */
    tidy: async (): Promise<void> => {
      await load();
      const longest = Math.max(
        kit.config.media.partner_link_days * DAY_MS,
        kit.config.media.link_hours * 2 * 3600_000,
      );
      const over = keys.filter((_, index) => {
        const successor = keys[index - 1];
        return successor !== undefined && successor.createdAt + longest < kit.clock.now();
      });
      if (over.length > 0) await rows.deleteMany({ _id: { $in: over.map((key) => key._id) } });
    },
  };
}
