/** Runs AVA over the given files (all by default) and closes with the line that CI reads. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const child = spawn('pnpm', ['exec', 'ava', '--tap', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

createInterface({ input: child.stdout }).on('line', (line) => {
  const result = /^(ok|not ok) \d+ - (.*)$/.exec(line);
  if (!result) {
    if (!/^(TAP version|\d+\.\.\d+|# (tests|pass|fail|skip))/.test(line)) console.log(line);
    return;
  }
  const [, verdict, title = ''] = result;
  if (/# (SKIP|TODO)/i.test(title)) counts.skipped += 1;
  else if (verdict === 'ok') counts.passed += 1;
  else {
    counts.failed += 1;
    failures.push(title);
  }
  console.log(`${verdict === 'ok' ? '✔' : '✘'} ${title}`);
});

child.on('close', (code) => {
  if (code !== 0 && counts.failed === 0) {
    counts.failed += 1;
    failures.push(`the test runner ended with exit code ${code}`);
  }
  for (const title of failures) console.log(`failed: ${title}`);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exit(counts.failed === 0 ? 0 : 1);
});
