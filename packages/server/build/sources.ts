/** Where the bundle of the server is, and whether it was made from the sources that are there now. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SERVER = join(import.meta.dirname, '..');
export const ROOT = join(SERVER, '../..');
export const DIST = join(SERVER, 'dist');
/** In the bundle's folder: what its sources were. */
export const STAMP = '.sources';
const PACKAGES = ['protocol', 'federation', 'embedded-mongo', 'server'];

/** The server's program: the bundle, or the sources where it is missing or older than they are. */
export function serverProgram(dist: string = DIST): string {
  const bundle = join(dist, 'cli.js');
  return existsSync(bundle) && isFresh(dist) ? bundle : join(SERVER, 'src/cli.ts');
}

export function isFresh(dist: string = DIST): boolean {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

/** Of all that a bundle is made from: our sources, the versions of the libraries, and how it is made. */
export function hashOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of [...sourceFiles(), join(ROOT, 'pnpm-lock.yaml')])
    hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function sourceFiles(): string[] {
  const folders = PACKAGES.map((name) => join(ROOT, 'packages', name));
  const code = [...folders.map((folder) => join(folder, 'src')), join(SERVER, 'build')];
  return [
    ...code.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => join(folder, name)),
    ),
    ...folders.map((folder) => join(folder, 'package.json')),
  ].sort();
}
