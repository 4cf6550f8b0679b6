/**
 * What two people of two companies do with their browsers: one in English on a desktop, the other
 * in French on a phone.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { among, wordsIn } from '../src/words.ts';

const PASSWORD = 'two neighbours, one wall';
let acme: Instance;
let northwind: Instance;
let amina: Client;
let yusuf: Client;
let atAcme: Visit;
let atNorthwind: Visit;
let group: string;

test.before(async () => {
  await buildWeb();
  [acme, northwind] = await Promise.all([
    startInstance({ name: 'Acme' }),
    startInstance({ name: 'Northwind' }),
  ]);
  [amina, yusuf] = await Promise.all([
    acme.person('amina', { role: 'admin', displayName: 'Amina Diallo', password: PASSWORD }),
    northwind.person('yusuf', { role: 'admin', displayName: 'Yusuf Demir', password: PASSWORD }),
  ]);
  [atAcme, atNorthwind] = await Promise.all([
    visit(acme, { username: 'amina', password: PASSWORD }),
    visit(
      northwind,
      { username: 'yusuf', password: PASSWORD },
      { width: 390, height: 844, locale: 'fr' },
    ),
  ]);
});

test.after.always(async () => {
  await Promise.all([atAcme?.close(), atNorthwind?.close()]);
  await Promise.all([acme?.stop(), northwind?.stop()]);
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

const french = wordsIn('fr');

test.serial('the admins offer and accept an agreement on their screens', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/admin/partners`);
  await button(page, 'Add partner').click();
  await page.getByLabel('Server', { exact: true }).fill(northwind.host);
  await page.getByLabel('Purpose').fill('Working together');
  await button(page, 'Offer agreement').click();
  await page.getByText('Offered', { exact: true }).waitFor();

  const other = atNorthwind.page;
  await other.goto(`${northwind.baseUrl}/admin/partners`);
  await eventually('the offer is shown', async () => {
    if (await other.getByText(french('partner.waiting')).isVisible()) return true;
    await other.reload();
    await other.locator('#main h2').first().waitFor();
    const knocking = other.getByRole('button', { name: french('partner.offerTo') });
    if (await knocking.isVisible()) {
      await yusuf.post(`/api/mitoyen/v1/partners/${encodeURIComponent(acme.host)}/review`);
      await other.reload();
    }
    return other.getByText(french('partner.waiting')).isVisible();
  });
  await other.getByRole('link', { name: 'Acme' }).first().click();
  await button(other, french('groups.accept')).click();
  await other.getByText(french('partner.connected')).waitFor();
  await page.getByText('Connected', { exact: true }).waitFor();
  t.pass();
});

test.serial(
  'a group is made, asked for from the other company, and the request approved',
  async (t) => {
    const { page } = atAcme;
    await page.goto(`${acme.baseUrl}/groups/new`);
    await page.getByLabel('Name', { exact: true }).fill('Acme and Northwind');
    await page.getByText('Everybody can see that it exists').click();
    await page.getByText('Northwind', { exact: true }).click();
    await page.locator('form.form').getByRole('button', { name: 'Create a group' }).click();
    await page.waitForURL(/\/groups\/[0-9A-Z]{26}$/);
    group = page.url().split('/').at(-1) ?? '';
    const { handle } = await amina.get(`/api/mitoyen/v1/groups/${group}`);

    const other = atNorthwind.page;
    await other.goto(`${northwind.baseUrl}/groups?show=discover`);
    await other.getByLabel(french('groups.byHandle')).fill(`@${handle}`);
    await button(other, french('groups.open')).click();
    await other.getByRole('heading', { name: 'Acme and Northwind' }).waitFor();
    await button(other, french('groups.askNamed')).click();
    await button(other, french('groups.takeBack')).waitFor();

    await page.goto(`${acme.baseUrl}/groups/${group}/members`);
    await eventually('the request is shown', async () => {
      if (await button(page, 'Let Yusuf Demir in').isVisible()) return true;
      await page.reload();
      await page.getByRole('heading', { name: 'Members' }).waitFor();
      return button(page, 'Let Yusuf Demir in').isVisible();
    });
    await button(page, 'Let Yusuf Demir in').click();
    await eventually('Yusuf is a member', async () => {
      const [mine] = await yusuf.get('/api/mitoyen/v1/groups?filter=mine');
      return mine?.membership?.state === 'member';
    });
    await page.reload();
    await page.getByText('can read everything posted here.').waitFor();
    t.pass();
  },
);

test.serial(
  'a post into the shared group is commented at Northwind, and the comment comes without a reload',
  async (t) => {
    const { page } = atAcme;
    await page.goto(`${acme.baseUrl}/groups/${group}`);
    await button(page, /^What are you working on/).click();
    await page.getByRole('textbox', { name: 'Text of the post' }).fill('The pilot is **live**');
    t.true(await page.getByText('People at Northwind can read this.').isVisible());
    await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
    const card = page.getByRole('article').filter({ hasText: 'The pilot is live' });
    await card.waitFor();
    t.is(await card.locator('.text strong').textContent(), 'live');
    await card.getByRole('link', { name: /now|sec/ }).click();
    await page.getByRole('heading', { name: 'Comments' }).waitFor();

    const other = atNorthwind.page;
    await eventually('the post is at Northwind', async () => {
      const posts = await yusuf.get('/api/v1/timelines/home');
      return posts.some((post: { content: string }) => post.content.includes('pilot'));
    });
    await other.goto(northwind.baseUrl);
    const there = other.getByRole('article').filter({ hasText: 'The pilot is live' });
    t.is(await there.locator('.pill.partner').first().textContent(), 'Acme');
    await there.getByRole('button', { name: french('post.comment') }).click();
    await other.getByRole('textbox', { name: french('comments.write') }).fill('Wonderful work');
    await other.getByRole('textbox', { name: french('comments.write') }).press('Enter');
    await page.getByText('Wonderful work').waitFor();

    await there
      .or(other.getByRole('article').first())
      .getByRole('button', { name: french('post.like') })
      .first()
      .click();
    await eventually('the like is counted at Acme', async () => {
      const [post] = await amina.get(`/api/mitoyen/v1/groups/${group}/posts`);
      return post.favourites_count === 1;
    });
  },
);

test.serial('an invitation is answered at Northwind, and counted without a reload', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/groups/${group}/events`);
  await button(page, 'New event').click();
  await page.getByLabel('What is it?').fill('Pilot review');
  await page.getByLabel('Where', { exact: true }).fill('Quay 4');
  t.true(await page.getByText('People at Northwind can read this.').isVisible());
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
  const card = page.getByRole('article').filter({ hasText: 'Pilot review' });
  await card.getByText('1 comes').waitFor();

  const other = atNorthwind.page;
  await eventually('the invitation is at Northwind', async () => {
    const events = await yusuf.get('/api/mitoyen/v1/events');
    return events.length === 1;
  });
  await other.goto(`${northwind.baseUrl}/events`);
  const there = other.getByRole('article').filter({ hasText: 'Pilot review' });
  await there.getByRole('button', { name: french('event.going') }).click();
  await card.getByText('2 come').waitFor();
  await card.getByRole('button', { name: '2 come' }).click();
  await page.getByRole('dialog').getByText('Yusuf Demir').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const saved = page.waitForEvent('download');
  await card.getByRole('button', { name: 'Add to calendar' }).click();
  t.regex(readFileSync(await (await saved).path(), 'utf8'), /SUMMARY:Pilot review/);
});

test.serial('praise is given to somebody at Northwind, who hears of it in French', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/groups/${group}`);
  await button(page, 'Thanks').click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Post', exact: true });
  await dialog.getByText('Teamwork').click();
  await dialog.getByRole('textbox', { name: 'Text of the post' }).fill('What a **week**');
  t.true(await send.isDisabled());
  await dialog.getByRole('searchbox', { name: 'Name or address' }).fill('yusuf');
  await button(page, /^Choose: Yusuf/).click();
  await send.click();
  const card = page.getByRole('article').filter({ hasText: 'What a week' });
  await card.getByRole('group', { name: 'Teamwork' }).getByText('Yusuf Demir').waitFor();
  t.is(await card.locator('.text').textContent(), 'What a week');

  const other = atNorthwind.page;
  await eventually('the praise is at Northwind', async () => {
    const posts = await yusuf.get('/api/v1/timelines/home');
    return posts.some((post: { content: string }) => post.content.includes('week'));
  });
  await other.goto(`${northwind.baseUrl}/notifications`);
  await other.getByRole('link', { name: among(french('alert.praise')) }).click();
  await other
    .getByRole('group', { name: french('praise.teamwork') })
    .getByText('Yusuf Demir')
    .waitFor();

  // An edit may praise for something else; whom stays.
  await card.getByRole('button', { name: /^More about/ }).click();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await dialog.getByText('Good idea').click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await card.getByRole('group', { name: 'Good idea' }).getByText('Yusuf Demir').waitFor();
});

test.serial(
  'a message with a picture goes to the other company and its answer comes back live',
  async (t) => {
    const { page } = atAcme;
    const picture = await sharp({
      create: { width: 320, height: 200, channels: 3, background: '#3a7' },
    })
      .png()
      .toBuffer();
    await page.goto(`${acme.baseUrl}/chat/new`);
    await page.getByRole('searchbox', { name: 'Name or address' }).fill(`yusuf@${northwind.host}`);
    await button(page, /^Choose: Yusuf/).click();
    await button(page, 'Open conversation').click();
    await page.getByRole('textbox', { name: /^Message Yusuf/ }).waitFor();
    await page
      .locator('input[type=file]')
      .last()
      .setInputFiles({ name: 'yard.png', mimeType: 'image/png', buffer: picture });
    await page
      .getByRole('textbox', { name: 'Description for people who cannot see it' })
      .fill('The yard');
    await page.getByRole('textbox', { name: /^Message Yusuf/ }).fill('Look at this');
    await button(page, 'Send').click();
    await page.getByRole('log').getByText('Look at this').waitFor();

    const other = atNorthwind.page;
    await other.goto(`${northwind.baseUrl}/chat`);
    await other.getByRole('link', { name: /Amina/ }).click();
    await other.getByRole('log').getByText('Look at this').waitFor();
    await other.getByRole('button', { name: 'The yard' }).waitFor();
    await other.getByRole('textbox', { name: french('chat.write') }).fill('Beautiful');
    await button(other, french('chat.send')).click();
    await page.getByRole('log').getByText('Beautiful').waitFor();
    t.pass();
  },
);

test.serial('a voice message is recorded, sent, and played at the other company', async (t) => {
  const { page } = atAcme;
  const other = atNorthwind.page;
  await button(page, 'Record a voice message').click();
  await page
    .getByRole('timer')
    .getByText(/^0:(0[1-9]|[1-5]\d)$/)
    .waitFor();
  await button(page, 'Stop and add').click();
  await page.getByText('voice.webm').waitFor();
  // Sent when it is there, as a person would press the button until it goes.
  await page.locator('.uploads progress').waitFor({ state: 'detached' });
  await button(page, 'Send').click();
  await page.getByRole('log').locator('audio').waitFor();
  const played = other.getByRole('log').locator('audio');
  await played.waitFor();
  const seconds = await played.evaluate(
    (audio: { preload: string; duration: number; load: () => void }) =>
      new Promise<number>((resolve) => {
        const told = () => audio.duration > 0 && resolve(audio.duration);
        setInterval(told, 100);
        audio.preload = 'auto';
        audio.load();
      }),
  );
  t.true(seconds > 0.5 && seconds < 60, `${seconds}`);
});

test.serial('a large picture whose connection breaks goes on and is sent', async (t) => {
  const { page } = atAcme;
  const [width, height] = [1500, 1200];
  const noise = randomBytes(width * height * 3);
  const picture = await sharp(noise, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  let broken = 0;
  const parts = '**/api/mitoyen/v1/uploads/*';
  await page.route(parts, (route) => {
    if (route.request().method() !== 'PATCH' || broken > 0) return route.continue();
    broken += 1;
    return route.abort('internetdisconnected');
  });
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles({ name: 'noise.png', mimeType: 'image/png', buffer: picture });
  await page.getByRole('textbox', { name: /^Message Yusuf/ }).fill('All of it');
  await button(page, 'Send').click();
  await page.getByRole('log').getByText('All of it').waitFor();
  await page.unroute(parts);
  t.is(broken, 1);
});

test.serial('a picture whose address has ended is shown after all', async (t) => {
  const { page, complaints } = atAcme;
  const messages = '**/api/mitoyen/v1/conversations/*/messages*';
  await page.route(messages, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll(/([?&]s=)[\w-]{22}/g, `$1${'A'.repeat(22)}`);
    await route.fulfill({ response, body });
  });
  await page.reload();
  await eventually('both pictures are there', async () => {
    const widths = await page
      .locator('.pictures img')
      .evaluateAll((all) =>
        all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth),
      );
    return widths.length === 2 && widths.every((width) => width > 0);
  });
  await page.unrouteAll({ behavior: 'wait' });
  const ended = complaints.filter((text) => /status of 404.*\/media\//.test(text));
  t.true(ended.length >= 2);
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !ended.includes(text)));
});

test.serial('what must be read is acknowledged and counted', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/admin/announcements`);
  await page.getByLabel('What must everybody read?').fill('New check-in from Monday');
  await button(page, 'Announce').click();
  await page
    .getByText('New check-in from Monday')
    .nth(1)
    .or(page.locator('.facts').getByText('New check-in'))
    .first()
    .waitFor();
  await page.goto(acme.baseUrl);
  const strip = page.getByRole('region', { name: 'Must read' });
  await strip.getByText('New check-in from Monday').waitFor();
  await strip.getByText(/^Seen by 0/).waitFor();
  await strip.getByRole('button', { name: 'Mark as read' }).click();
  await strip.waitFor({ state: 'detached' });
  // It is told after it is shown, and so counted a little later, also where the page is left at once.
  await page.goto(`${acme.baseUrl}/admin/announcements`);
  await eventually('it is counted', async () => {
    if (await page.getByText(/Seen by 1/).isVisible()) return true;
    await page.reload();
    await page.getByText(/Seen by/).waitFor();
    return page.getByText(/Seen by 1/).isVisible();
  });
  t.pass();
});

test.serial('a post that must be read counts who has confirmed it', async (t) => {
  const { page } = atAcme;
  const ines = await acme.person('ines', { displayName: 'Inès Roux' });
  await page.goto(acme.baseUrl);
  await button(page, /^What are you working on/).click();
  await page.getByRole('textbox', { name: 'Text of the post' }).fill('The guide for Monday');
  await page.getByLabel('Everybody must confirm that they have read it').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
  const card = page.getByRole('article').filter({ hasText: 'The guide for Monday' });
  await card.getByText(/^Seen by 0/).waitFor();
  const asked = await card.getAttribute('data-post');
  await ines.post(`/api/mitoyen/v1/statuses/${asked}/acknowledge`);
  await eventually('it is counted', async () => {
    await page.reload();
    await card.getByText(/^Seen by \d/).waitFor();
    return card.getByText(/^Seen by 1/).isVisible();
  });
  t.pass();
});

test.serial('a post written without a network waits and is sent on return, once', async (t) => {
  const { page, complaints } = atAcme;
  await page.goto(acme.baseUrl);
  await button(page, /^What are you working on/).click();
  await page.getByRole('textbox', { name: 'Text of the post' }).fill('Written in the tunnel');
  await page.context().setOffline(true);
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText(/^No connection/).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('article').filter({ hasText: 'Written in the tunnel' }).waitFor();
  const posts = await amina.get('/api/v1/timelines/home');
  t.is(posts.filter((post: { content: string }) => post.content.includes('tunnel')).length, 1);
  // The browser itself reports each request that failed while it was offline.
  const expected = complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/.test(text));
  complaints.splice(0, complaints.length, ...expected);
});

test.serial('what was left unsent by a page is sent by the next one, once', async (t) => {
  const { page, complaints } = atAcme;
  const posting = (url: URL) => url.pathname === '/api/v1/statuses';
  await page.goto(acme.baseUrl);
  await page.route(posting, (route) => route.abort());
  await button(page, /^What are you working on/).click();
  await page.getByRole('textbox', { name: 'Text of the post' }).fill('Kept over a reload');
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('1 post waits for a connection.').waitFor();
  await page.unroute(posting);
  await page.reload();
  await eventually('it is sent', async () => {
    const posts = await amina.get('/api/v1/timelines/home');
    return posts.some((post: { content: string }) => post.content.includes('over a reload'));
  });
  await page.getByText('1 post waits for a connection.').waitFor({ state: 'detached' });
  const posts = await amina.get('/api/v1/timelines/home');
  const same = posts.filter((post: { content: string }) => post.content.includes('over a reload'));
  t.is(same.length, 1);
  const expected = complaints.filter((text) => !/ERR_FAILED/.test(text));
  complaints.splice(0, complaints.length, ...expected);
});

test.serial(
  'the keyboard completes a name, and a post waits for its hour, in French',
  async (t) => {
    const { page } = atNorthwind;
    await northwind.person('claire', { displayName: 'Claire Petit' });
    await page.goto(northwind.baseUrl);
    await page.locator('.prompt').click();
    const area = page.getByRole('dialog').getByLabel(french('compose.text'));
    await area.fill('Bonjour ');
    await area.press('End');
    await area.pressSequentially('@clai');
    await page.getByRole('option', { name: /Claire Petit/ }).waitFor();
    t.is(await area.getAttribute('role'), 'combobox');
    await area.press('Enter');
    t.is(await area.inputValue(), 'Bonjour @claire ');
    // All that a post can have is within the phone's width.
    const sheet = await page.getByRole('dialog').locator('.sheet').boundingBox();
    const last = await page.getByRole('dialog').locator('footer .btn.primary').boundingBox();
    t.true((sheet?.width ?? 999) <= 390);
    t.true((last?.x ?? 999) + (last?.width ?? 0) <= 390);
    await button(page, french('schedule.title')).click();
    await button(page, french('schedule.send')).click();
    await page.getByText(french('schedule.done')).waitFor();
    await page.goto(`${northwind.baseUrl}/scheduled`);
    await page.getByText('Bonjour @claire').waitFor();
    t.is((await yusuf.get('/api/v1/scheduled_statuses')).length, 1);
  },
);

test.serial('a message is found again in its conversation', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/chat`);
  await page.locator('.chat-list').getByRole('link', { name: /Yusuf/ }).click();
  await button(page, 'Search in this conversation').click();
  const box = page.getByRole('searchbox', { name: 'Search in this conversation' });
  await eventually('it is found', async () => {
    await box.fill('');
    await box.fill('Beautiful');
    await page
      .locator('.chat-search')
      .getByText(/ found$/)
      .first()
      .waitFor();
    return page.locator('.chat-search li button').isVisible();
  });
  await page.locator('.chat-search li button').click();
  await page.locator('.message:focus').getByText('Beautiful').waitFor();
  t.pass();
});

test.serial('going back finds the feed where it was left', async (t) => {
  const { page } = atAcme;
  for (let index = 0; index < 14; index += 1)
    await amina.post('/api/v1/statuses', {
      status: `Line ${index}\n\nand another\n\nand a third`,
      visibility: 'company',
    });
  await page.goto(acme.baseUrl);
  const card = page.getByRole('article').filter({ hasText: 'Line 7' });
  // Where it can be clicked, so that the click itself does not scroll.
  await card.locator('.time').hover();
  const left = Number(await page.evaluate('scrollY'));
  t.true(left > 0);
  await card.locator('.time').click();
  await page.getByRole('heading', { name: 'Comments' }).waitFor();
  await page.goBack();
  await eventually('it is there again', async () => {
    return Math.abs(Number(await page.evaluate('scrollY')) - left) < 80;
  });
  await card.locator('.time').hover();
});

test.serial('what is far from the screen is not in the page, and j still goes there', async (t) => {
  const { page } = atAcme;
  await page.goto(acme.baseUrl);
  const first = page.getByRole('feed').getByRole('article').first();
  await first.waitFor();
  await page.keyboard.press('j');
  const before = await page.locator(':focus').getAttribute('data-post');
  const slot = page.locator('[data-slot]').first();
  const { height } = (await slot.boundingBox()) ?? { height: 0 };
  await page.locator('#main').focus();
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.locator('[data-far]').first().waitFor();
  t.is(await slot.locator('article').count(), 0);
  t.true(Math.abs(((await slot.boundingBox())?.height ?? 0) - height) < 2);
  await page.keyboard.press('j');
  await page.locator('[data-post]:focus').waitFor();
  const below = await page.locator(':focus').getAttribute('data-post');
  t.not(below, before);
  const place = Number(await page.locator(':focus').getAttribute('aria-posinset'));
  t.true(place > 2);
  // Held down, it goes through all places up to the first.
  for (let step = 0; step < place; step += 1) await page.keyboard.press('k');
  await page.locator('[data-post]:focus').waitFor();
  t.true(Number((await page.locator(':focus').getAttribute('aria-posinset')) ?? 1) <= 1);
});

test.serial(
  'scripts may neither write markup past the sanitizer nor make a way around it',
  async (t) => {
    const { page, complaints } = atAcme;
    const tried = await page.evaluate(`[
    () => { document.createElement('div').innerHTML = '<b>bold</b>'; },
    () => { document.createElement('script').text = 'alert(1)'; },
    () => { trustedTypes.createPolicy('another', {}); },
  ].map((attempt) => { try { attempt(); return 'let through'; } catch (error) { return error.name; } })`);
    t.deepEqual(tried, ['TypeError', 'TypeError', 'TypeError']);
    const elsewhere = await page.evaluate(
      "fetch('https://example.org/').then(() => 'let through', (error) => error.name)",
    );
    t.is(elsewhere, 'TypeError');
    // The browser tells each refusal, and nothing else may have complained.
    await eventually('the refusals are told', async () => complaints.length >= 4);
    const others = complaints.filter(
      (text) =>
        !/TrustedScript|TrustedHTML|Content Security Policy|asked https:\/\/example\.org/i.test(
          text,
        ),
    );
    complaints.splice(0, complaints.length, ...others);
  },
);

test.serial('a new post of somebody else waits behind a pill, and nothing jumps', async (t) => {
  const { page } = atAcme;
  await page.goto(acme.baseUrl);
  await page.getByRole('article').first().waitFor();
  const leo = await acme.person('leo', { displayName: 'Léo Moreau' });
  await eventually('the pill is there', async () => {
    await leo.post('/api/v1/statuses', { status: 'Gate 2 is closed', visibility: 'company' });
    return button(page, /new post/).isVisible();
  });
  t.false(await page.getByRole('article').filter({ hasText: 'Gate 2' }).first().isVisible());
  await button(page, /new post/).click();
  await page.getByRole('article').filter({ hasText: 'Gate 2' }).first().waitFor();
});

test.serial('the keyboard alone opens help, composes and moves from post to post', async (t) => {
  const { page } = atAcme;
  await page.goto(acme.baseUrl);
  await page.getByRole('article').first().waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('j');
  await page.locator('[data-post]:focus').waitFor();
  const first = await page.locator(':focus').getAttribute('data-post');
  await page.keyboard.press('j');
  const second = await page.locator(':focus').getAttribute('data-post');
  t.truthy(first);
  t.not(first, second);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/posts/${second}$`));
  await page.locator('#main:focus').waitFor();
  await page.goBack();
  await page.getByRole('article').first().waitFor();
});

test.serial('the agreement is ended on the screen, with a report', async (t) => {
  const { page } = atAcme;
  await page.goto(`${acme.baseUrl}/admin/partners/${encodeURIComponent(northwind.host)}`);
  await button(page, 'End the agreement').click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the agreement' }).click();
  await page.getByText('What the end of the agreement did').waitFor();
  await page.getByText('Ended', { exact: true }).waitFor();
  t.pass();
});

test.serial('nothing complained meanwhile, and nothing was asked of anybody else', (t) => {
  t.deepEqual(atAcme.complaints, []);
  t.deepEqual(atNorthwind.complaints, []);
});
