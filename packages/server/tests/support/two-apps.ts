/** Two whole apps in one process, each with its own database, Redis and address. */
import type { TestFn } from 'ava';
import { type Booted, bootApp } from './boot.ts';

export type TwoApps = { acme: Booted; north: Booted; settled: () => Promise<void> };
type Overrides = Parameters<typeof bootApp>[0];

/** Boots both before the file's tests and stops them after. */
export function withTwoApps(
  test: TestFn,
  overrides: Overrides = {},
  ofAcme: () => Promise<Overrides> = async () => ({}),
): () => TwoApps {
  let acme: Booted | undefined;
  let north: Booted | undefined;
  test.before(async () => {
    const own = await ofAcme();
    acme = await bootApp({ ...overrides, ...own, instance: { name: 'Acme', ...own?.instance } });
    north = await bootApp({ ...overrides, instance: { name: 'Northwind' } });
  });
  test.after.always(async () => {
    await acme?.stop();
    await north?.stop();
  });
  return () => {
    if (!acme || !north) throw new Error('the apps have not booted');
    const both = [acme, north];
    return {
      acme,
      north,
      // What one sends makes work for the other, and the answer work for the first again.
      settled: async () => {
        for (let round = 0; round < 3; round += 1) {
          await Promise.all(both.map((app) => app.settled()));
        }
      },
    };
  };
}
