/** The matrix in docs/federation.md says what the tests show, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { matrix } from './matrix.ts';

const DOCS = join(import.meta.dirname, '../../../../docs/federation.md');

test('the matrix of software and features is the one that the tests show', (t) => {
  const [, written = ''] = readFileSync(DOCS, 'utf8').split('<!-- matrix -->');
  const rows = written
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((one) => one.trim()),
    );
  t.deepEqual(rows, matrix());
});
