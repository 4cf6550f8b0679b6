/** Which Node this runs on, and which one the project is tested with. */
import { readFileSync } from 'node:fs';

/** `node:sqlite` and running TypeScript as it is need at least this. */
const OLDEST_MAJOR = 24;

export type NodeCheck = { usable: boolean; pinned: boolean; text: string };

export function checkNode(running: string = process.versions.node): NodeCheck {
  const wanted = pinnedVersion();
  const usable = Number(running.split('.')[0]) >= OLDEST_MAJOR;
  const pinned = wanted === null || running === wanted;
  if (!usable) {
    return {
      usable,
      pinned,
      text: `Node ${running} is too old: ${OLDEST_MAJOR} or newer is needed. Run it by ./scripts/mitoyen or ./scripts/start, which bring Node ${wanted ?? OLDEST_MAJOR}.`,
    };
  }
  return {
    usable,
    pinned,
    text: pinned
      ? running
      : `This is Node ${running}; Mitoyen is tested with ${wanted}, which ./scripts/start and ./scripts/mitoyen use.`,
  };
}

/** The npm package `node` of the root manifest. */
function pinnedVersion(): string | null {
  try {
    const manifest = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
    const { devDependencies } = JSON.parse(manifest) as { devDependencies?: { node?: string } };
    return devDependencies?.node ?? null;
  } catch {
    return null;
  }
}
