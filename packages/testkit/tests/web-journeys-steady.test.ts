/**
 * What a member's browser does when the line breaks, the page is left in the middle, or much
 * happens at once: nothing is lost, nothing is sent twice, nothing stale is shown as new.
 */
import test from 'ava';
import type { Page } from 'playwright-core';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
let acme: Instance;
let leo: Client;
let at: Visit;
let page: Page;

test.before(async () => {
  await buildWeb();
  acme = await startInstance({ name: 'Acme' });
  [, leo] = await Promise.all([
    acme.person('amina', { role: 'admin', displayName: 'Amina Diallo', password: PASSWORD }),
    acme.person('leo', { displayName: 'Léo Moreau', password: PASSWORD }),
  ]);
  at = await visit(acme, { username: 'amina', password: PASSWORD });
  page = at.page;
  page.setDefaultTimeout(30_000);
});

test.after.always(async () => {
  await at?.close();
  await acme?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
const article = (text: string) => page.getByRole('article').filter({ hasText: text });
const say = (status: string, more: Record<string, unknown> = {}) =>
  leo.post('/api/v1/statuses', { status, visibility: 'company', ...more });

/** Follows a link of the page: nothing is loaded anew. */
async function follow(href: string): Promise<void> {
  await page.locator(`.rail.left a[href="${href}"]`).first().click();
  await page.locator(`#main[data-shown^="${href}"]`).waitFor();
}

/** Opens a page and waits until it hears what happens. */
async function open(path = '/'): Promise<void> {
  const heard = page.waitForResponse((answer) => answer.url().includes('/streaming/user'));
  await page.goto(`${acme.baseUrl}${path}`);
  await heard;
}

/** The browser itself reports each request that it could not make. */
function forgive(pattern: RegExp): void {
  at.complaints.splice(
    0,
    at.complaints.length,
    ...at.complaints.filter((one) => !pattern.test(one)),
  );
}
const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_FAILED/;

test.serial('a post that came while the reader was in the chat waits in the feed', async (t) => {
  await say('Before the chat');
  await open();
  await article('Before the chat').waitFor();
  await follow('/chat');
  await say('Written meanwhile');
  await follow('/');
  await button(/1 new post/).click();
  await article('Written meanwhile').waitFor();
  t.pass();
});

test.serial(
  'posts and comments written while the reader was offline are there after',
  async (t) => {
    const post = await say('Who has the key?');
    await open();
    await article('Who has the key?').locator('.time').click();
    await page.getByRole('heading', { name: 'Comments' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await say('I have it', { in_reply_to_id: post.id });
    await say('Missed in the tunnel');
    await page.context().setOffline(false);
    await page.locator('.comments').getByText('I have it').waitFor();
    await page.goBack();
    await button(/1 new post/).click();
    await article('Missed in the tunnel').waitFor();
    forgive(OFFLINE);
    t.pass();
  },
);

test.serial('nothing complained meanwhile', (t) => {
  t.deepEqual(at.complaints, []);
});
