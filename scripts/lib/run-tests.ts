/**
 * Runs AVA over the given files and closes with the line that CI reads. Without any it runs the
 * whole suite, in which small files share processes (`together/batches.ts`).
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const wanted = process.argv.slice(2);
const child = spawn('pnpm', ['exec', 'ava', '--tap', ...wanted], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, ...(wanted.length === 0 && { TESTS_TOGETHER: '1' }) },
});

/** Files that share a process name their tests themselves, so that the batch need not be told. */
const OF_BATCH = /^build › tests › [01]-\d\d › |^packages › /;

/** Of what is said of one failure. */
const MOST_LINES = 60;

const counts = { passed: 0, failed: 0, skipped: 0 };
/** What failed, each with what the runner said of it, to be read at the end as well. */
const failures: string[][] = [];
let told: string[] = [];

createInterface({ input: child.stdout }).on('line', (line) => {
  const result = /^(ok|not ok) \d+ - (.*)$/.exec(line);
  if (!result) {
    if (/^(TAP version|\d+\.\.\d+|# (tests|pass|fail|skip))/.test(line)) return;
    told.push(line);
    console.log(line);
    return;
  }
  const [, verdict, whole = ''] = result;
  const title = whole.replace(OF_BATCH, '');
  told = [];
  const isSkipped = /# (SKIP|TODO)/i.test(title);
  if (isSkipped) counts.skipped += 1;
  else if (verdict === 'ok') counts.passed += 1;
  else {
    counts.failed += 1;
    told.push(`failed: ${title}`);
    failures.push(told);
  }
  console.log(`${isSkipped ? '–' : verdict === 'ok' ? '✔' : '✘'} ${title}`);
});

child.on('close', (code) => {
  if (code !== 0 && counts.failed === 0) {
    counts.failed += 1;
    failures.push([`failed: the test runner ended with exit code ${code}`]);
  }
  for (const lines of failures) console.log(lines.slice(0, MOST_LINES).join('\n'));
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exit(counts.failed === 0 ? 0 : 1);
});
