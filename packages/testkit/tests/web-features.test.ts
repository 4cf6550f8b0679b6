/** What somebody does alone at their company: a first visit, passkeys, filters, keys, notifications. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
const FRENCH = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../web/messages/fr.json'), 'utf8'),
) as Record<string, string>;
let acme: Instance;
let amina: Client;
let ben: Client;
let at: Visit;

test.before(async () => {
  await buildWeb();
  // By a name: browsers make no passkeys for an address.
  acme = await startInstance({ name: 'Acme', host: 'localhost' });
  amina = await acme.person('amina', {
    role: 'admin',
    displayName: 'Amina Diallo',
    password: PASSWORD,
  });
  ben = await acme.person('ben', { displayName: 'Ben Moreau' });
  await amina.post('/api/mitoyen/v1/groups', { name: 'Lyon office', access: 'open' });
  at = await visit(acme, { username: 'amina', password: PASSWORD });
});

test.after.always(async () => {
  await at?.close();
  await acme?.stop();
});

const dot = () =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const french = (key: string): string => {
  const text = FRENCH[key];
  if (!text) throw new Error(`there is no message ${key}`);
  return text;
};

test.serial('an invitation leads to a welcome in French, a group, and a first post', async (t) => {
  const { url } = await amina.post('/api/mitoyen/v1/invitations', { note: 'For Chloé' });
  const newcomer = await visit(acme, null, {
    width: 390,
    height: 844,
    locale: 'fr',
    path: new URL(url).pathname,
  });
  const { page, complaints } = newcomer;
  try {
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByLabel('Your name', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Français' }).click();
    await page.fill('input[name=display_name]', 'Chloé Petit');
    await page.fill('input[name=username]', 'chloe');
    await page.fill('input[name=email]', 'chloe@acme.example');
    await page.fill('input[name=password]', PASSWORD);
    await page.click('button[type=submit]');
    await page.getByRole('heading', { name: /^Bienvenue, Chloé/ }).waitFor();
    await page.getByLabel(french('welcome.job')).fill('Acheteuse');
    await button(page, french('welcome.next')).click();
    await page.getByRole('heading', { name: french('welcome.groups') }).waitFor();
    await page.locator('h1:focus').waitFor();
    await button(page, french('groups.joinNamed').replace('{name}', 'Lyon office')).click();
    await page.getByText(french('groups.joined').replace('{name}', 'Lyon office')).waitFor();
    await button(page, french('welcome.next')).click();
    await button(page, french('feed.first')).click();
    await page.getByRole('textbox', { name: french('compose.text') }).fill('Bonjour à tous');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: french('compose.send'), exact: true })
      .click();
    await page.getByRole('article').filter({ hasText: 'Bonjour à tous' }).waitFor();
    await page.goto(acme.baseUrl);
    await page.locator('.composer').waitFor();
    const [chloe] = await amina.get('/api/v1/accounts/search?q=chloe');
    t.is((await amina.get(`/api/mitoyen/v1/accounts/${chloe.id}/profile`)).job_title, 'Acheteuse');
    t.deepEqual(complaints, []);
  } finally {
    await newcomer.close();
  }
});

test.serial('the language that is chosen is told to the server, and shown elsewhere', async (t) => {
  const { page } = at;
  await page.goto(`${acme.baseUrl}/settings/appearance`);
  await page.getByText('Français', { exact: true }).first().click();
  await page.getByRole('heading', { name: french('nav.settings') }).waitFor();
  await eventually('the server knows', async () => {
    const me = await amina.get('/api/v1/accounts/verify_credentials');
    return me.source.language === 'fr';
  });
  await amina.patch('/api/v1/accounts/update_credentials', { source: { language: 'en' } });
  await page.reload();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  t.is(await page.evaluate('document.documentElement.lang'), 'en');
});

test.serial('a passkey is made in the settings and signs in without a name', async (t) => {
  const { page } = at;
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('WebAuthn.enable');
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await page.goto(`${acme.baseUrl}/settings/security`);
  const keys = page.getByRole('region', { name: 'Passkeys' });
  await keys.getByLabel('Name of the passkey').fill('Work phone');
  await keys.getByLabel('Current password').fill('not it at all');
  await keys.getByRole('button', { name: 'Add a passkey' }).click();
  await keys.getByRole('alert').waitFor();
  await keys.getByLabel('Current password').fill(PASSWORD);
  await keys.getByRole('button', { name: 'Add a passkey' }).click();
  await keys.getByText('Work phone').waitFor();

  await page.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  // Offered beside the name, and this device's owner takes it at once.
  await page.locator('#main .composer').waitFor();
  await page.addInitScript(
    'PublicKeyCredential.isConditionalMediationAvailable = async () => false',
  );
  await page.goto(`${acme.baseUrl}/settings/security`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  await button(page, 'Sign in with a passkey').click();
  await page.locator('#main .composer').waitFor();
  await page.goto(`${acme.baseUrl}/settings/security`);
  await keys.getByRole('button', { name: 'Remove: Work phone' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await keys.getByText('You have no passkey yet.').waitFor();
  t.deepEqual((await amina.get('/api/mitoyen/v1/passkeys')).passkeys, []);
  // The browser itself reports the refusal of the wrong password.
  const others = at.complaints.filter((text) => !/status of 422/.test(text));
  at.complaints.splice(0, at.complaints.length, ...others);
});

test.serial('a filter covers what it names until somebody looks, or hides it', async (t) => {
  const { page } = at;
  const filter = await amina.post('/api/v2/filters', {
    title: 'Sport',
    context: ['home', 'thread'],
    filter_action: 'warn',
    keywords_attributes: [{ keyword: 'football', whole_word: true }],
  });
  const post = await ben.post('/api/v1/statuses', {
    status: 'Who comes to the football?',
    visibility: 'company',
  });
  await ben.post('/api/v1/statuses', {
    status: 'Me',
    spoiler_text: 'A spoiler',
    in_reply_to_id: post.id,
  });
  await page.goto(acme.baseUrl);
  const card = page.locator(`[data-post="${post.id}"]`);
  await card.getByText('Covered by your filter “Sport”').waitFor();
  t.notRegex((await card.textContent()) ?? '', /football/);
  await card.getByRole('button', { name: 'Show' }).click();
  await card.getByText('Who comes to the football?').waitFor();

  await amina.patch('/api/mitoyen/v1/preferences', { 'reading:expand:spoilers': true });
  await page.goto(`${acme.baseUrl}/posts/${post.id}`);
  const comment = page.getByRole('article', { name: /^Comment/ });
  await comment.getByText('Me', { exact: true }).waitFor();
  await comment.getByRole('button', { name: 'Hide' }).click();
  await comment.getByText('Me', { exact: true }).waitFor({ state: 'detached' });

  await amina.put(`/api/v2/filters/${filter.id}`, { filter_action: 'hide' });
  await page.goto(acme.baseUrl);
  await page.locator('.composer').waitFor();
  await page.locator('.skeletons').first().waitFor({ state: 'detached' });
  t.is(await card.count(), 0);
  await amina.delete(`/api/v2/filters/${filter.id}`);
});

test.serial('who is held back is let in, and a push leads to the thing itself', async (t) => {
  const { page } = at;
  await amina.patch('/api/v2/notifications/policy', { for_not_following: 'filter' });
  const post = await ben.post('/api/v1/statuses', {
    status: '@amina did you see the north gate?',
    visibility: 'company',
  });
  await eventually('it is held back', async () => {
    const { summary } = await amina.get('/api/v2/notifications/policy');
    return summary.pending_requests_count === 1;
  });
  await page.goto(`${acme.baseUrl}/notifications`);
  await page.getByRole('link', { name: /held back/ }).click();
  await button(page, 'Let in: Ben Moreau').click();
  await page.getByText('Nobody is held back.').waitFor();
  const told = await eventually('it is told', async () => {
    const all = await amina.get('/api/v1/notifications?types[]=mention');
    return all.find((one: { status: { id: string } }) => one.status.id === post.id);
  });
  await page.goto(`${acme.baseUrl}/notifications`);
  await button(page, 'Groups and events').click();
  await page.getByText('Nothing of this kind yet.').waitFor();
  await button(page, 'Mentions').click();
  await page.getByRole('link', { name: /Ben Moreau mentioned you/ }).waitFor();
  // As the service worker opens it.
  await page.evaluate(
    `navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { open: '/notifications/${told.id}' } }))`,
  );
  await page.waitForURL(new RegExp(`/posts/${post.id}$`));
  await amina.patch('/api/v2/notifications/policy', { for_not_following: 'accept' });
  t.pass();
});

test.serial('the same words in two places are one card, which says where else', async (t) => {
  const { page } = at;
  const [group] = await amina.get('/api/mitoyen/v1/groups?filter=mine');
  const status = 'The canteen is closed on Friday';
  await amina.post('/api/v1/statuses', { status, visibility: 'company' });
  await amina.post('/api/v1/statuses', { status, group_id: group.id });
  await page.goto(acme.baseUrl);
  const cards = page.getByRole('article').filter({ hasText: status });
  await cards.getByText('Also in').getByRole('link', { name: 'Acme' }).waitFor();
  t.is(await cards.count(), 1);
});

test.serial(
  'an emoji of the house is completed, shown in text and name, and reacted with',
  async (t) => {
    const { page } = at;
    const form = new FormData();
    form.set('shortcode', 'gate');
    form.set('image', new Blob([new Uint8Array(await dot())], { type: 'image/png' }), 'gate.png');
    const made = await amina.request('POST', '/api/mitoyen/v1/admin/custom_emojis', form);
    t.is(made.status, 200, made.text);
    await amina.patch('/api/v1/accounts/update_credentials', { display_name: 'Amina :gate:' });
    await page.goto(acme.baseUrl);
    await button(page, /^What are you working on/).click();
    const area = page.getByRole('textbox', { name: 'Text of the post' });
    await area.fill('');
    await area.pressSequentially('Open: :gat');
    await page.getByRole('option', { name: 'gate' }).click();
    t.is(await area.inputValue(), 'Open: :gate: ');
    await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
    const card = page.getByRole('article').filter({ hasText: 'Open:' });
    await card.locator('.text img.emoji[alt=":gate:"]').waitFor();
    await card.locator('.name img.emoji[alt=":gate:"]').waitFor();

    await card.getByRole('button', { name: 'React with an emoji' }).click();
    await button(page, 'More emojis').click();
    await page.getByRole('button', { name: 'People', exact: true }).last().click();
    await page.getByLabel('Tone of skin').selectOption('5');
    await page.getByRole('button', { name: 'waving hand' }).click();
    await card.getByText('👋🏿').first().waitFor();
    await card.getByRole('button', { name: 'React with an emoji' }).click();
    await button(page, 'More emojis').click();
    await button(page, 'Of our house').click();
    await page.locator('.emoji-grid').getByRole('button', { name: 'gate' }).click();
    await card.locator('.sums img.emoji[alt=":gate:"]').waitFor();
    await amina.patch('/api/v1/accounts/update_credentials', { display_name: 'Amina Diallo' });
  },
);

test.serial(
  'a post is quoted from its menu, and shows what it quotes until that is gone',
  async (t) => {
    const { page } = at;
    const quoted = await ben.post('/api/v1/statuses', {
      status: 'The gate is painted',
      visibility: 'company',
    });
    await page.goto(`${acme.baseUrl}/posts/${quoted.id}`);
    const original = page.getByRole('article', { name: /Ben Moreau/ }).first();
    await original.getByRole('button', { name: /^More about/ }).click();
    await page.getByRole('menuitem', { name: 'Quote' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('blockquote.quote').getByText('The gate is painted').waitFor();
    await page.getByRole('textbox', { name: 'Text of the post' }).fill('At last!');
    await dialog.getByRole('button', { name: 'Post', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.goto(acme.baseUrl);
    const card = page.getByRole('article').filter({ hasText: 'At last!' });
    await card.locator('blockquote.quote').getByText('The gate is painted').waitFor();
    t.is((await amina.get(`/api/v1/statuses/${quoted.id}`)).quotes_count, 1);
    await ben.delete(`/api/v1/statuses/${quoted.id}`);
    await page.goto(acme.baseUrl);
    await card.getByText('The quoted post was deleted.').waitFor();
  },
);

test.serial('the client can be installed, under the name of the house', async (t) => {
  const { page } = at;
  await page.goto(acme.baseUrl);
  await page.evaluate('navigator.serviceWorker.ready.then(() => {})');
  const protocol = await page.context().newCDPSession(page);
  const { data, errors } = await protocol.send('Page.getAppManifest');
  t.deepEqual(errors, []);
  t.is(JSON.parse(data ?? '{}').name, 'Acme');
  const { installabilityErrors } = await protocol.send('Page.getInstallabilityErrors');
  // A browser that somebody watches keeps to itself: as in a private window.
  t.deepEqual(
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
});

test.serial('each page is told by its own name, with the focus at its beginning', async (t) => {
  const { page } = at;
  const [group] = await amina.get('/api/mitoyen/v1/groups?filter=mine');
  const [post] = await amina.get('/api/v1/timelines/home');
  const pages: [string, RegExp][] = [
    [`/groups/${group.id}`, /^Lyon office/],
    [`/groups/${group.id}/members`, /^Lyon office/],
    [`/posts/${post.id}`, new RegExp(`^Post by ${post.account.display_name}`)],
    ['/@ben', /^Ben Moreau/],
    ['/tags/gates', /^#gates/],
    ['/people', /^People/],
    ['/chat', /^Chat/],
    ['/', /^News feed/],
  ];
  const said = page.locator('#app > p[aria-live=polite]');
  for (const [path, name] of pages) {
    await page.evaluate(`(() => {
      const link = Object.assign(document.createElement('a'), { href: ${JSON.stringify(path)} });
      document.body.append(link);
      link.click();
      link.remove();
    })()`);
    await said.filter({ hasText: name }).waitFor({ state: 'attached' });
    await page.locator('#main:focus').waitFor();
    t.regex(await page.title(), new RegExp(`${name.source}.* · Acme$`), path);
  }
});

test.serial('single letters are commands only while somebody wants them to be', async (t) => {
  const { page } = at;
  await page.goto(`${acme.baseUrl}/settings/appearance`);
  const wanted = page.getByLabel(/^Single letters/);
  await wanted.uncheck();
  await page.locator('#main').focus();
  await page.keyboard.press('?');
  await page.keyboard.press('n');
  t.is(await page.getByRole('dialog').count(), 0);
  await page.reload();
  t.false(await wanted.isChecked());
  await wanted.check();
  await page.locator('#main').focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
});

test.serial('a list that cannot be read says so, and comes when asked again', async (t) => {
  const { page, complaints } = at;
  const [group] = await amina.get('/api/mitoyen/v1/groups?filter=mine');
  const broken: [string, RegExp, RegExp][] = [
    [`/groups/${group.id}/members`, /\/groups\/\w+\/members\?/, /Amina Diallo/],
    ['/settings/security', /\/api\/mitoyen\/v1\/sessions$/, /this one/],
    [
      '/admin/people',
      /\/api\/mitoyen\/v1\/invitations$/,
      /No invitation is open|uses left|For Chloé/,
    ],
    ['/admin/announcements', /\/admin\/announcements$/, /Nothing is announced/],
    ['/@ben', /\/accounts\/\w+\/statuses\?/, /north gate/],
  ];
  for (const [path, request, content] of broken) {
    const fails = (url: URL) => request.test(url.href) && url.pathname.startsWith('/api/');
    await page.route(fails, (route) => route.fulfill({ status: 500, json: { error: 'broken' } }));
    await page.goto(`${acme.baseUrl}${path}`);
    const again = page.locator('#main').getByRole('button', { name: 'Try again' }).first();
    await again.waitFor();
    // What else is on the page comes; this list waits for nothing more.
    await page.locator('#main .skeletons').first().waitFor({ state: 'detached' });
    await page.unroute(fails);
    await again.click();
    await page.locator('#main').getByText(content).first().waitFor();
  }
  const others = complaints.filter((text) => !/status of 500/.test(text));
  complaints.splice(0, complaints.length, ...others);
  t.pass();
});

test.serial('nothing complained meanwhile, and nothing was asked of anybody else', (t) => {
  t.deepEqual(at.complaints, []);
});
