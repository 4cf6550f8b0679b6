import test from 'ava';
import { configSchema } from '../config-schema.ts';
import { BudgetSpent, createFetchBudget, onBehalfOf } from './fetch-budget.ts';

function budgetOf(perHost: number, forOthers: number) {
  const clock = { at: 1_000_000, now: () => clock.at };
  const limits = {
    remote_gets_per_minute_per_host: perHost,
    remote_gets_for_others_per_minute_per_host: forOthers,
  };
  return { clock, budget: createFetchBudget({ config: configSchema.parse({ limits }), clock }) };
}

test('one host is asked so often in a minute, and again in the next', (t) => {
  const { budget, clock } = budgetOf(2, 0);
  t.true(budget.take('https://a.example/1'));
  t.true(budget.take('https://a.example/2'));
  t.false(budget.take('https://a.example/3'));
  t.true(budget.take('https://b.example/1'));
  clock.at += 60_000;
  t.true(budget.take('https://a.example/3'));
});

test('what one host sends makes us ask others so often, itself as often as any', async (t) => {
  const { budget } = budgetOf(0, 2);
  await onBehalfOf('evil.example', async () => {
    budget.take('https://a.example/1');
    budget.take('https://b.example/1');
    t.throws(() => budget.take('https://c.example/1'), { instanceOf: BudgetSpent });
    t.true(budget.take('https://evil.example/1'));
  });
  t.true(await onBehalfOf('good.example', async () => budget.take('https://c.example/1')));
  t.true(budget.take('https://c.example/1'), 'nobody’s work');
});

test('0 is no limit', async (t) => {
  const { budget } = budgetOf(0, 0);
  await onBehalfOf('a.example', async () => {
    for (let turn = 0; turn < 50; turn += 1) t.true(budget.take('https://b.example/1'));
  });
});
