/** What an admin does on the screens about partners, and that it holds at the other company. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, federate, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
const PARTNERS = '/api/mitoyen/v1/partners';
let acme: Instance;
let northwind: Instance;
let amina: Client;
let yusuf: Client;
let atAcme: Visit;

test.before(async () => {
  await buildWeb();
  [acme, northwind] = await Promise.all([
    startInstance({ name: 'Acme' }),
    startInstance({ name: 'Northwind' }),
  ]);
  [amina, yusuf] = await Promise.all([
    acme.person('amina', { role: 'admin', displayName: 'Amina Diallo', password: PASSWORD }),
    northwind.person('yusuf', { role: 'admin', displayName: 'Yusuf Demir' }),
  ]);
  await federate(acme, northwind);
  // Known before the pause, in which nothing is fetched.
  await amina.get(`/api/v1/accounts/search?resolve=true&q=yusuf@${northwind.host}`);
  atAcme = await visit(acme, { username: 'amina', password: PASSWORD });
});

test.after.always(async () => {
  await atAcme?.close();
  await Promise.all([acme?.stop(), northwind?.stop()]);
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const agreement = () => `${acme.baseUrl}/admin/partners/${encodeURIComponent(northwind.host)}`;

async function messagesOf(person: Client): Promise<string[]> {
  const talks = await person.get('/api/v1/conversations');
  // What a partner said goes with the agreement: the conversation then has no last word.
  return talks.map(
    (talk: { last_status: { content: string } | null }) => talk.last_status?.content ?? '',
  );
}

const say = (words: string) =>
  amina.post('/api/v1/statuses', {
    status: `@yusuf@${northwind.host} ${words}`,
    visibility: 'direct',
  });

test.serial(
  'a partner is paused and resumed, and what was said meanwhile is not lost',
  async (t) => {
    const { page } = atAcme;
    await page.goto(agreement());
    await button(page, 'Pause').click();
    await page.getByText('Paused by you', { exact: true }).waitFor();
    await say('said in the pause');
    const [paused] = (await amina.get(PARTNERS)).agreements;
    t.is(paused.connection, 'paused');
    t.deepEqual(await messagesOf(yusuf), []);
    await button(page, 'Resume').click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await eventually('it came', async () => (await messagesOf(yusuf)).length === 1);
    await page.reload();
    const delivered = page.locator('.figure').filter({ hasText: 'Delivered' });
    await delivered.getByText(/half of them within/).waitFor();
    t.true(Number(await delivered.locator('strong').textContent()) > 0);
    await page.locator('.facts').getByText('no group', { exact: true }).waitFor();
  },
);

test.serial('a change that is offered stands beside what is in force', async (t) => {
  const { page } = atAcme;
  await button(page, 'Change terms').click();
  await page.getByLabel('Days that copies are kept').fill('30');
  await page.getByRole('dialog').getByRole('button', { name: 'Offer agreement' }).click();
  const changed = page.locator('tr.changed');
  await changed.waitFor();
  t.is(await changed.count(), 1);
  const [before, after] = await changed.locator('td').allTextContents();
  t.is(before, 'no limit');
  t.regex(after ?? '', /^30/);
  t.true(await page.getByText('Connected', { exact: true }).isVisible());
  await eventually('it is known at Northwind', async () => {
    const { agreements } = await yusuf.get(PARTNERS);
    return agreements.some((one: { state: string }) => one.state === 'waiting_for_us');
  });
});

test.serial('it can be ended while the change waits, and nothing arrives any more', async (t) => {
  const { page } = atAcme;
  await button(page, 'End the agreement').click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the agreement' }).click();
  await page.getByText('What the end of the agreement did').waitFor();
  await page.getByText('Ended', { exact: true }).waitFor();
  t.is(await page.locator('table.compare').count(), 0);
  const refused = await amina.request('POST', '/api/v1/statuses', {
    status: `@yusuf@${northwind.host} after the end`,
    visibility: 'direct',
  });
  t.true(refused.status < 500);
  await eventually('Northwind knows that it ended, and nothing waits there', async () => {
    const { agreements } = await yusuf.get(PARTNERS);
    const states = agreements.map((one: { state: string }) => one.state);
    return !states.includes('active') && !states.includes('waiting_for_us');
  });
  // Northwind has no word of it, and could not accept what was offered before.
  const late = await yusuf.request('POST', `${PARTNERS}/${encodeURIComponent(acme.host)}/accept`);
  t.true(late.status >= 400, `${late.status}`);
  const said = await messagesOf(yusuf);
  t.false(said.some((content) => content.includes('after the end')));
});

test.serial('nothing complained meanwhile', (t) => {
  t.deepEqual(atAcme.complaints, []);
});
