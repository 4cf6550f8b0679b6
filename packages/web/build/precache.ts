/**
 * What the service worker keeps from the first visit on, so that the client opens without a network
 * and something can be written: the shell with its words, the composer, and where drafts are found.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Chunk = { file: string; imports?: string[]; css?: string[]; assets?: string[] };
type Manifest = Record<string, Chunk>;

const WANTED =
  /^index\.html$|virtual:messages\/\w+\/(shell|chat)$|(Composer|DraftsScreen|PostScreen|ChatScreen)\.svelte$|\/idb\//;
const PUBLIC = ['/theme.js'];
/** Of the fonts, that of western Europe: the others are loaded where a text needs them. */
const UNWANTED = /figtree-latin-ext/;

/** The addresses to keep, of a build's manifest. */
export function precached(manifest: Manifest): string[] {
  const files = new Set(PUBLIC);
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (!chunk || files.has(`/${chunk.file}`)) return;
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])])
      if (!UNWANTED.test(file)) files.add(`/${file}`);
    for (const one of chunk.imports ?? []) add(one);
  };
  for (const name of Object.keys(manifest)) if (WANTED.test(name)) add(name);
  return [...files].sort();
}

/** Writes them into the worker: it changes with them, and so is installed anew with each build. */
export function writePrecache(folder: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const files = JSON.stringify(precached(manifest));
  const page = readFileSync(join(folder, 'index.html'));
  const version = createHash('sha256').update(files).update(page).digest('hex').slice(0, 12);
  const path = join(folder, 'sw.js');
  const worker = readFileSync(path, 'utf8')
    .replace('const FILES = [];', `const FILES = ${files};`)
    .replace("'client-dev'", `'client-${version}'`);
  if (!worker.includes(version) || !worker.includes(files))
    throw new Error('the service worker has no place for its files');
  writeFileSync(path, worker);
}
