/**
 * Loaded for each test file by `TEST_TIMES=FILE ./scripts/test`: adds a line to FILE when
 * the test file ends, "seconds  CPU-seconds of its own thread  its path".
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const times = process.env.TEST_TIMES;
const begun = performance.now();

if (times) {
  process.on('exit', () => {
    const { user, system } = process.threadCpuUsage();
    const path = relative(process.cwd(), fileURLToPath(test.meta.file));
    const row = [
      ((performance.now() - begun) / 1000).toFixed(1),
      ((user + system) / 1e6).toFixed(1),
      path,
    ];
    appendFileSync(times, `${row.join('\t')}\n`);
  });
}
