/**
 * The main stories of two companies once more, the other way round: Acme in French on a phone,
 * Northwind in English on a desktop.
 */
import test from 'ava';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { wordsIn } from '../src/words.ts';

const PASSWORD = 'two neighbours, one wall';
/** What is read at one company is counted at the other where both say so. */
const RECEIPTS = { MITOYEN_FEDERATION__READ_RECEIPTS: 'true' };
const fr = wordsIn('fr');
const en = wordsIn('en');
let acme: Instance;
let northwind: Instance;
let amina: Client;
let yusuf: Client;
let phone: Visit;
let desktop: Visit;
let group: string;

test.before(async () => {
  await buildWeb();
  [acme, northwind] = await Promise.all([
    startInstance({ name: 'Acme', env: RECEIPTS }),
    startInstance({ name: 'Northwind', env: RECEIPTS }),
  ]);
  [amina, yusuf] = await Promise.all([
    acme.person('amina', { role: 'admin', displayName: 'Amina Diallo', password: PASSWORD }),
    northwind.person('yusuf', { role: 'admin', displayName: 'Yusuf Demir', password: PASSWORD }),
  ]);
  [phone, desktop] = await Promise.all([
    visit(
      acme,
      { username: 'amina', password: PASSWORD },
      { width: 390, height: 844, locale: 'fr' },
    ),
    visit(northwind, { username: 'yusuf', password: PASSWORD }),
  ]);
});

test.after.always(async () => {
  await Promise.all([phone?.close(), desktop?.close()]);
  await Promise.all([acme?.stop(), northwind?.stop()]);
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

/** Reads the page again until this is on it: what comes from elsewhere has its time. */
async function appears(page: Page, what: () => ReturnType<Page['locator']>): Promise<void> {
  await eventually('it is on the page', async () => {
    if (await what().first().isVisible()) return true;
    await page.reload();
    await page.locator('#main h1, #main h2').first().waitFor();
    return what().first().isVisible();
  });
}

test.serial('an agreement is offered from a phone in French and accepted', async (t) => {
  const { page } = phone;
  await page.goto(`${acme.baseUrl}/admin/partners`);
  await button(page, fr('partner.add')).click();
  await page.getByLabel(fr('partner.host')).fill(northwind.host);
  await page.getByLabel(fr('partner.purpose')).fill('Travailler ensemble');
  await button(page, fr('partner.offer')).click();
  await page.getByText(fr('partner.offered')).first().waitFor();

  const other = desktop.page;
  const offer = `${northwind.baseUrl}/admin/partners/${encodeURIComponent(acme.host)}`;
  const accept = other.getByRole('button', { name: en('groups.accept') });
  // Who knocks is not listened to before an admin wants that.
  await eventually('the offer is shown', async () => {
    const knocking = `/api/mitoyen/v1/partners/${encodeURIComponent(acme.host)}/review`;
    await yusuf.post(knocking).catch(() => undefined);
    await other.goto(offer);
    await other.locator('#main h1, #main h2').first().waitFor();
    await other.locator('.skeletons').first().waitFor({ state: 'detached' });
    return accept.first().isVisible();
  });
  await button(other, en('groups.accept')).click();
  await other.getByText(en('partner.connected')).first().waitFor();
  await page.getByText(fr('partner.connected')).first().waitFor();
  // The page of a partner that nobody had heard of.
  const expected = desktop.complaints.filter((text) => !/404/.test(text));
  desktop.complaints.splice(0, desktop.complaints.length, ...expected);
  t.pass();
});

test.serial(
  'somebody asks from a desktop to come into the group, and is let in on the phone',
  async (t) => {
    const { page } = phone;
    await page.goto(`${acme.baseUrl}/groups/new`);
    await page.getByLabel(fr('groups.name')).first().fill('Le mur');
    await page.getByText(fr('access.closedHint')).click();
    await page.getByText('Northwind', { exact: true }).click();
    await page
      .locator('form.form')
      .getByRole('button', { name: fr('groups.create') })
      .click();
    await page.waitForURL(/\/groups\/[0-9A-Z]{26}$/);
    group = page.url().split('/').at(-1) ?? '';
    const { handle } = await amina.get(`/api/mitoyen/v1/groups/${group}`);

    const other = desktop.page;
    await other.goto(`${northwind.baseUrl}/groups?show=discover`);
    await other.getByLabel(en('groups.byHandle')).fill(`@${handle}`);
    await button(other, en('groups.open')).click();
    await button(other, en('groups.askNamed')).click();
    await button(other, en('groups.takeBack')).waitFor();

    await page.goto(`${acme.baseUrl}/groups/${group}/members`);
    await appears(page, () => button(page, fr('groups.letInNamed')));
    await button(page, fr('groups.letInNamed')).click();
    await eventually('Yusuf is a member', async () => {
      const [mine] = await yusuf.get('/api/mitoyen/v1/groups?filter=mine');
      return mine?.membership?.state === 'member';
    });
    t.pass();
  },
);

test.serial(
  'a post from the phone is commented on the desktop, seen without a reload',
  async (t) => {
    const { page } = phone;
    await page.goto(`${acme.baseUrl}/groups/${group}`);
    await button(page, fr('compose.prompt')).click();
    await page.getByRole('textbox', { name: fr('compose.text') }).fill('Le pilote est **ouvert**');
    t.true(await page.getByText(fr('partner.canRead')).first().isVisible());
    await page
      .getByRole('dialog')
      .getByRole('button', { name: fr('compose.send') })
      .click();
    const card = page.getByRole('article').filter({ hasText: 'Le pilote est ouvert' });
    await card.waitFor();
    let post = '';
    await eventually('the post is at Northwind', async () => {
      const posts: { id: string; content: string }[] = await yusuf.get('/api/v1/timelines/home');
      post = posts.find(({ content }) => content.includes('pilote'))?.id ?? '';
      return post !== '';
    });
    const [own] = await amina.get(`/api/mitoyen/v1/groups/${group}/posts`);
    await page.goto(`${acme.baseUrl}/posts/${own.id}`);
    await page.getByRole('heading', { name: fr('comments.title') }).waitFor();

    const other = desktop.page;
    await other.goto(`${northwind.baseUrl}/posts/${post}`);
    await other.getByRole('textbox', { name: en('comments.write') }).fill('Wonderful work');
    await other.getByRole('textbox', { name: en('comments.write') }).press('Enter');
    await page.getByText('Wonderful work').waitFor();
  },
);

test.serial(
  'what must be read is confirmed at the other company, and counted on the phone',
  async (t) => {
    const { page } = phone;
    await page.goto(`${acme.baseUrl}/groups/${group}`);
    await button(page, fr('compose.prompt')).click();
    await page.getByRole('textbox', { name: fr('compose.text') }).fill('Le plan de lundi');
    await page.getByLabel(fr('must.ask')).check();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: fr('compose.send') })
      .click();
    const card = page.getByRole('article').filter({ hasText: 'Le plan de lundi' });
    await card.getByText(/^Lu par 0/).waitFor();

    const other = desktop.page;
    await other.goto(`${northwind.baseUrl}/`);
    const there = () =>
      other
        .getByRole('article')
        .filter({ hasText: 'Le plan de lundi' })
        .getByRole('button', { name: en('must.mark') });
    await appears(other, there);
    await there().first().click();
    await appears(page, () => card.getByText(/^Lu par 1/));
    t.pass();
  },
);

test.serial(
  'a message with a picture goes from the phone to the desktop and is answered',
  async (t) => {
    const { page } = phone;
    const picture = await sharp({
      create: { width: 320, height: 200, channels: 3, background: '#3a7' },
    })
      .png()
      .toBuffer();
    await page.goto(`${acme.baseUrl}/chat/new`);
    await page
      .getByRole('searchbox', { name: fr('people.search') })
      .fill(`yusuf@${northwind.host}`);
    await button(page, /Yusuf/).click();
    await button(page, fr('chat.open')).click();
    await page.getByRole('textbox', { name: fr('chat.write') }).waitFor();
    await page
      .locator('input[type=file]')
      .last()
      .setInputFiles({ name: 'cour.png', mimeType: 'image/png', buffer: picture });
    await page.getByRole('textbox', { name: fr('media.describe') }).fill('La cour');
    await page.getByRole('textbox', { name: fr('chat.write') }).fill('Regardez');
    await button(page, fr('chat.send')).click();
    await page.getByRole('log').getByText('Regardez').waitFor();

    const other = desktop.page;
    await other.goto(`${northwind.baseUrl}/chat`);
    await other.getByRole('link', { name: /Amina/ }).click();
    await other.getByRole('log').getByText('Regardez').waitFor();
    await other.getByRole('button', { name: 'La cour' }).waitFor();
    await other.getByRole('textbox', { name: en('chat.write') }).fill('Beautiful');
    await button(other, en('chat.send')).click();
    await page.getByRole('log').getByText('Beautiful').waitFor();
    t.pass();
  },
);

test.serial('what is written on the phone without a network is sent on return', async (t) => {
  const { page, complaints } = phone;
  await page.goto(acme.baseUrl);
  await button(page, fr('compose.prompt')).click();
  await page.getByRole('textbox', { name: fr('compose.text') }).fill('Écrit dans le tunnel');
  await page.context().setOffline(true);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: fr('compose.send') })
    .click();
  await page.getByText(fr('outbox.waits')).waitFor();
  await page.context().setOffline(false);
  await eventually('it is posted, once', async () => {
    const posts: { content: string }[] = await amina.get('/api/v1/timelines/home');
    return posts.filter(({ content }) => content.includes('tunnel')).length === 1;
  });
  const expected = complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/.test(text));
  complaints.splice(0, complaints.length, ...expected);
  t.pass();
});

test.serial(
  'the agreement is ended from the desktop, and nothing of it is left there',
  async (t) => {
    const other = desktop.page;
    await other.goto(`${northwind.baseUrl}/admin/partners/${encodeURIComponent(acme.host)}`);
    await button(other, en('partner.revoke')).click();
    await other
      .getByRole('dialog')
      .getByRole('button', { name: en('partner.revoke') })
      .click();
    await other.getByText(en('partner.report')).waitFor();
    const { page } = phone;
    await page.goto(`${acme.baseUrl}/admin/partners/${encodeURIComponent(northwind.host)}`);
    await appears(page, () => page.getByText(fr('partner.ended')));
    t.deepEqual(await yusuf.get('/api/mitoyen/v1/groups?filter=mine'), []);
    const posts: { content: string }[] = await yusuf.get('/api/v1/timelines/home');
    t.false(posts.some(({ content }) => content.includes('pilote')));
  },
);

test.serial('nothing complained meanwhile', (t) => {
  t.deepEqual([...phone.complaints, ...desktop.complaints], []);
});
