/** What a first visit and each screen load, packed as they are sent, stays within its budget. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const KB = 1024;
const LOCALE = 'virtual:messages/en/shell';

await promisify(execFile)(process.execPath, [join(ROOT, 'build/build.ts')]);

type Chunk = {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
  isEntry?: boolean;
  isDynamicEntry?: boolean;
};
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>;

/** The scripts that a module needs, itself among them. */
function scriptsOf(name: string, known = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || known.has(chunk.file)) return known;
  known.add(chunk.file);
  for (const one of chunk.imports ?? []) scriptsOf(one, known);
  return known;
}

/** As it is sent: what packing would make no smaller has no packed twin. */
function packed(file: string): number {
  const twin = join(DIST, `${file}.br`);
  return statSync(existsSync(twin) ? twin : join(DIST, file)).size;
}
const sum = (files: Iterable<string>) => [...files].reduce((all, file) => all + packed(file), 0);

const shell = new Set([
  ...scriptsOf('index.html'),
  ...scriptsOf(Object.keys(manifest).find((name) => name.includes(LOCALE)) ?? ''),
]);

test('the shell with the feed and its words is at most 60 KB of JavaScript', (t) => {
  const bytes = sum(shell);
  t.log(`${(bytes / KB).toFixed(1)} KB in ${shell.size} files`);
  t.true(bytes <= 60 * KB);
});

test('every other screen adds at most 25 KB', (t) => {
  const screens = Object.keys(manifest).filter((name) => name.endsWith('Screen.svelte'));
  t.true(screens.length >= 10);
  for (const name of screens) {
    const own = [...scriptsOf(name)].filter((file) => !shell.has(file));
    t.true(sum(own) <= 25 * KB, `${name}: ${(sum(own) / KB).toFixed(1)} KB`);
  }
});

test('all styles are at most 12 KB, and the font of western Europe at most 32 KB', (t) => {
  const files = readdirSync(join(DIST, 'client'));
  const styles = files.filter((name) => name.endsWith('.css')).map((name) => `client/${name}`);
  t.log(`${(sum(styles) / KB).toFixed(1)} KB of styles`);
  t.true(sum(styles) <= 12 * KB);
  const font = files.find((name) => /^figtree-latin-wght-normal.*woff2$/.test(name)) ?? '';
  t.true(statSync(join(DIST, 'client', font)).size <= 32 * KB);
});

test('the page itself has nothing inline', (t) => {
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  t.notRegex(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});
