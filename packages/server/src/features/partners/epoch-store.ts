/**
 * How often this instance was started, written down twice: in the embedded database, and in a file
 * beside it. Where the two differ, one of them was put back from a copy; where the machine is
 * another one, both were. Several machines may share a MongoDB, so there this says nothing.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mongo } from '../../platform/mongo.ts';

const FILE = 'epoch';
const MACHINE = '/etc/machine-id';

type Kept = { _id: string; starts: number; machine?: string };

export type EpochStore = ReturnType<typeof createEpochStore>;

export function createEpochStore(deps: { mongo: Mongo; dataDir: string; machineFile?: string }) {
  const meta = deps.mongo.collection<Kept>('meta');
  const file = join(deps.dataDir, FILE);

  /** Null in most containers. */
  async function machine(): Promise<string | null> {
    const id = await readFile(deps.machineFile ?? MACHINE, 'utf8').catch(() => '');
    // The id itself is not to be told.
    return id.trim() === '' ? null : createHash('sha256').update(`mitoyen ${id}`).digest('hex');
  }

  async function inFile(): Promise<number | null> {
    const text = await readFile(file, 'utf8').catch(() => '');
    return /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
  }

  return {
    /** Whether the data is not where, or not as, the last start left it. */
    isCopy: async (): Promise<boolean> => {
      const [kept, starts, here] = await Promise.all([
        meta.findOne({ _id: FILE }),
        inFile(),
        machine(),
      ]);
      if (!kept) return false;
      if (kept.machine && here && kept.machine !== here) return true;
      // The file is written after the database: a crash between the two leaves it one behind.
      return starts !== kept.starts && starts !== kept.starts - 1;
    },
    advance: async (): Promise<void> => {
      const here = await machine();
      const kept = await meta.findOneAndUpdate(
        { _id: FILE },
        { $inc: { starts: 1 }, ...(here && { $set: { machine: here } }) },
        { upsert: true, returnDocument: 'after' },
      );
      await writeFile(`${file}.new`, `${kept?.starts ?? 1}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}
