/**
 * Makes the bundle where it is older than its sources; prints the program to start. Where it cannot
 * be made the sources are started, which is slower; with `--required` that is a failure.
 */
import { relative } from 'node:path';
import { isFresh, ROOT, serverProgram } from './sources.ts';

try {
  if (!isFresh()) {
    const { bundleServer } = await import('./bundle.ts');
    await bundleServer();
  }
} catch (error) {
  console.error(`The server is started from its sources, for no bundle could be made: ${error}`);
  if (process.argv.includes('--required')) process.exitCode = 1;
}
console.log(relative(ROOT, serverProgram()));
