/** Acme and Northwind, each an instance of its own with an admin, for the tests of one file. */
import type { TestFn } from 'ava';
import { type Client, type Instance, startInstance } from '../src/index.ts';

export type TwoCompanies = {
  acme: Instance;
  northwind: Instance;
  /** Admin of Acme. */
  amina: Client;
  /** Admin of Northwind. */
  yusuf: Client;
};

/** Starts them before the file's tests, and `then` does what else is needed; stops them after. */
export function withTwoCompanies(
  test: TestFn,
  then: (companies: TwoCompanies) => Promise<void> = async () => {},
): () => TwoCompanies {
  let companies: TwoCompanies | undefined;
  const started: Instance[] = [];
  test.before(async () => {
    const [acme, northwind] = await Promise.all(
      ['Acme', 'Northwind'].map(async (name) => {
        const instance = await startInstance({ name });
        started.push(instance);
        return instance;
      }),
    );
    if (!acme || !northwind) throw new Error('the companies have not started');
    const [amina, yusuf] = await Promise.all([
      acme.person('amina', { role: 'admin' }),
      northwind.person('yusuf', { role: 'admin' }),
    ]);
    companies = { acme, northwind, amina, yusuf };
    await then(companies);
  });
  test.after.always(() => Promise.all(started.map((instance) => instance.stop())));
  return () => {
    if (!companies) throw new Error('the companies have not started');
    return companies;
  };
}
