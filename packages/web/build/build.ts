/** Builds the client where it is older than its sources; `--force` builds it anyway. */

import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.sources');
const PACKABLE = new Set(['.js', '.css', '.html', '.json', '.svg', '.webmanifest']);

// A test runner says "test", with which Svelte would be built for development: larger and slower.
process.env.NODE_ENV = 'production';

const stamp = hashOfSources();
if (
  !process.argv.includes('--force') &&
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === stamp
) {
  console.log('web: already built');
} else {
  // Loaded only now: most starts find the client built.
  const [{ build }, { writePrecache }] = await Promise.all([
    import('vite'),
    import('./precache.ts'),
  ]);
  // Built beside and moved into place, so that a server that starts meanwhile never sees half of it.
  const fresh = `${DIST}.new-${process.pid}`;
  await build({ root: ROOT, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true } });
  writePrecache(fresh);
  pack(fresh);
  writeFileSync(join(fresh, '.sources'), stamp);
  const old = `${DIST}.old-${process.pid}`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
  console.log('web: built');
}

/** Brotli twins, packed once here rather than for every request. */
function pack(folder: string): void {
  for (const name of filesOf(folder)) {
    if (!PACKABLE.has(extname(name))) continue;
    const bytes = readFileSync(join(folder, name));
    const packed = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    if (packed.length < bytes.length) writeFileSync(join(folder, `${name}.br`), packed);
  }
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const folders = ['src', 'messages', 'public', 'build'].map((name) => join(ROOT, name));
  const files = [
    ...folders.flatMap((folder) => filesOf(folder).map((name) => join(folder, name))),
    ...['index.html', 'package.json', 'vite.config.ts'].map((name) => join(ROOT, name)),
  ].sort();
  for (const file of files) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}
