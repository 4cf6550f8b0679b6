// Each test file runs in a process of its own against a database of its own, so
// files run side by side; two at a time suits a small machine.
export default {
  extensions: ['ts'],
  files: ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts'],
  concurrency: Number(process.env.MITOYEN_TEST_CONCURRENCY) || 2,
  timeout: '3m',
  failFast: false,
  environmentVariables: { NODE_ENV: 'test' },
};
