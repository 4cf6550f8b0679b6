/** The tests that docs/security.md names as proofs are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
/** `file.test.ts`: title; another title; `other.test.ts`: ... */
const proofs = page
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('.test.ts'))
  .flatMap((line) => [...(line.split('|').at(-2) ?? '').matchAll(/`([^`]+\.test\.ts)`: ([^`]*)/g)])
  .flatMap(([, file = '', titles = '']) =>
    titles
      .split(';')
      .map((title) => ({ file, title: title.trim() }))
      .filter(({ title }) => title !== ''),
  );

test('each promise names tests that exist', (t) => {
  t.true(proofs.length > 25);
  for (const { file, title } of proofs) {
    const path = join(root, 'packages', file);
    t.true(existsSync(path), file);
    t.true(readFileSync(path, 'utf8').includes(title), `${file}: ${title}`);
  }
});
