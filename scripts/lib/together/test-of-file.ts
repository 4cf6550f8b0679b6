/**
 * What a test file that shares its process imports in place of `ava`: its tests run one after
 * the other under the file's name, its `before` hooks ahead of the first of them, its `after` hooks
 * behind the last. Which file it is, is the query of this module's address.
 */
import test, { type ExecutionContext } from 'ava';
import { declareLater } from './declarations.ts';

type Step = (t: ExecutionContext<unknown>) => unknown;

const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const name = file
  .replace(/^packages\//, '')
  .replace(/\.test\.ts$/, '')
  .replaceAll('/', ' › ');

const ALIVE_MS = 60_000;

const befores: Step[] = [];
const afters: Step[] = [];
const beforeEach: Step[] = [];
let waiting = 0;
let begun: Promise<void> | undefined;

async function inTurn(steps: Step[], t: ExecutionContext<unknown>): Promise<void> {
  for (const step of steps) await step(t);
}

async function run(implementation: Step, t: ExecutionContext<unknown>): Promise<void> {
  waiting -= 1;
  // A test may wait for a timer that keeps no process alive; beside others something always does.
  const alive = setInterval(() => {}, ALIVE_MS);
  try {
    begun ??= inTurn(befores, t);
    await begun;
    await inTurn(beforeEach, t);
    await implementation(t);
  } finally {
    clearInterval(alive);
    // What was opened last is closed first, as each may stand on what came before it.
    if (waiting === 0) for (const step of afters.toReversed()) await step(t);
  }
}

function declare(title: string, implementation: Step): void {
  waiting += 1;
  declareLater(() => test.serial(`${name} › ${title}`, (t) => run(implementation, t)));
}

/** A skipped test stays one, so that it is counted and named as such. */
const skip = (title: string): void => declareLater(() => test.skip(`${name} › ${title}`, () => {}));
const before = (step: Step) => void befores.push(step);
const after = Object.assign((step: Step) => void afters.push(step), {
  always: (step: Step) => void afters.push(step),
});
const each = (step: Step) => void beforeEach.push(step);
const kinds = { before, after, beforeEach: each, skip };

export default Object.assign(declare, kinds, {
  serial: Object.assign((title: string, step: Step) => declare(title, step), kinds),
});
