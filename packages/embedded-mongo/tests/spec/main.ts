import { runSpec, specFolder } from './run.ts';

/** `pnpm --filter @mitoyen/embedded-mongo run spec [part of a file name]` */
const folder = specFolder();
if (!folder) {
  console.error(
    'mongodb-crud-spec was not found: set MITOYEN_TEST_DATA to the folder that holds it',
  );
  process.exit(1);
}
const outcomes = await runSpec(folder, process.argv[2]);
for (const { name, result, reason } of outcomes)
  if (result === 'failed') console.log(`FAILED ${name}\n       ${reason}`);
const count = (wanted: string) => outcomes.filter(({ result }) => result === wanted).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
