/** Tests that need a program of the machine. */
import type { Implementation } from 'ava';

type Declare = (title: string, implementation: Implementation<[]>) => void;

/**
 * Where the program is missing the test is shown as skipped; under `scripts/test`, which installs
 * it (SETUP_FOR_TESTS), it fails instead: nothing may go untested there unseen.
 */
export function withTool(
  test: Declare & { skip: Declare },
  tool: string,
  isThere: boolean,
): Declare {
  if (isThere) return test;
  if (!process.env.SETUP_FOR_TESTS) return test.skip;
  return (title) => test(title, (t) => t.fail(`${tool} is missing, and the test was not run`));
}
