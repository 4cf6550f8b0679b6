/**
 * Files that share a process in a run of the whole suite. Loading the server takes longer than
 * most of its test files do, so that several of them follow one another in one process; each
 * still boots on a database and a Redis of its own.
 */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'build/tests';
/** Patterns of test files, and how many of them share a process. */
const SHARED: [pattern: string, size: number][] = [
  ['packages/server/tests/*.test.ts', 6],
  ['packages/*/src/**/*.test.ts', 40],
];

/** Writes one test file for each batch. What is in none is to be run alone. */
export function batches(): { files: string[]; alone: string[] } {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const files = SHARED.flatMap(([pattern, size], kind) => {
    const found = globSync(pattern).sort();
    const count = Math.ceil(found.length / size);
    // Dealt out like cards, as neighbours in the alphabet are often equally long.
    return Array.from({ length: count }, (_, batch) =>
      write(
        `${kind}-${String(batch).padStart(2, '0')}`,
        found.filter((__, at) => at % count === batch),
      ),
    );
  });
  return { files, alone: ['packages/{embedded-mongo,testkit,web}/tests/**/*.test.ts'] };
}

function write(name: string, files: string[]): string {
  const path = join(FOLDER, `${name}.test.ts`);
  writeFileSync(
    path,
    `import { loadFiles } from '../../scripts/lib/together/load-files.ts';\n\nawait loadFiles(${JSON.stringify(files)});\n`,
  );
  return path;
}
