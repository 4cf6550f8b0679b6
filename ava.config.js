// Each test file runs in a process of its own against a database of its own, so
// files run side by side; two at a time suits a small machine. The whole suite lets the
// small files of the server share processes (scripts/lib/together), which halves its time.
import { batches } from './scripts/lib/together/batches.ts';

const all = ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts'];
const together = process.env.TESTS_TOGETHER ? batches() : { files: [], alone: all };

export default {
  extensions: ['ts'],
  files: [...together.alone, ...together.files],
  concurrency: Number(process.env.TEST_CONCURRENCY) || 2,
  timeout: '3m',
  failFast: false,
  require: process.env.TEST_TIMES ? ['./scripts/lib/time-of-file.ts'] : [],
  environmentVariables: { NODE_ENV: 'test' },
};
