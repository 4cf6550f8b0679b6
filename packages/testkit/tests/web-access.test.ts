/**
 * With a keyboard alone, with what lies over the page open, and in forced colours: what the test
 * of all screens does not open.
 */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { findings, loadAxe } from '../src/axe.ts';
import { type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
/** More steps than any of the screens has places to stop at before what is looked for. */
const MOST_STEPS = 90;

let acme: Instance;
let amina: Client;
let leo: Client;
let seat: Visit;
let post: { id: string };
let yard: { id: string };

test.before(async () => {
  await buildWeb();
  acme = await startInstance({ name: 'Acme' });
  [amina, leo] = await Promise.all([
    acme.person('amina', { role: 'admin', displayName: 'Amina Diallo', password: PASSWORD }),
    acme.person('leo', { displayName: 'Léo Moreau' }),
  ]);
  const picture = await sharp({
    create: { width: 640, height: 400, channels: 3, background: '#49a' },
  })
    .png()
    .toBuffer();
  const media = await leo.upload(picture, { type: 'image/png', description: 'The yard' });
  post = await leo.post('/api/v1/statuses', {
    status: 'Gate 2 is closed',
    visibility: 'company',
    media_ids: [media],
  });
  await amina.post(`/api/v1/statuses/${post.id}/favourite`);
  yard = await leo.post('/api/mitoyen/v1/groups', { name: 'The yard', access: 'open' });
  seat = await visit(acme, { username: 'amina', password: PASSWORD });
});

test.after.always(async () => {
  await seat?.close();
  await acme?.stop();
});

type Stop = { name: string; ring: boolean };

/** What has the focus, as assistive technology names it, and whether a ring is around it or its box. */
async function focused(page: Page): Promise<Stop> {
  return page.evaluate(`(() => {
    const at = document.activeElement;
    const boxes = [at, at.parentElement, at.closest('label'), at.closest('form, .pillow, li')];
    const ringed = (box) => {
      if (!box?.matches(':focus-within')) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(box);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    };
    const label = at.getAttribute('aria-label') || at.labels?.[0]?.textContent;
    return {
      name: (label || at.textContent || at.placeholder || at.tagName).trim().slice(0, 200),
      ring: at === document.body || boxes.some(ringed),
    };
  })()`) as Promise<Stop>;
}

/** Goes on with Tab until something of this name has the focus, which is seen at every step. */
async function tabTo(t: ExecutionContext, page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    t.true(stop.ring, `the focus on “${stop.name}” cannot be seen`);
    if (name.test(stop.name)) return;
    passed.push(stop.name.slice(0, 30));
  }
  t.fail(`Tab never comes to ${name}; it came to ${passed.join(' | ')}`);
}

async function open(path: string): Promise<Page> {
  const { page } = seat;
  await page.goto(`${acme.baseUrl}${path}`);
  await page.locator(`#main[data-shown="${path}"]`).waitFor();
  await page.locator('.skeletons').first().waitFor({ state: 'detached' });
  return page;
}

async function latestBy(client: Client): Promise<{ content: string; in_reply_to_id: string }> {
  const [latest] = await client.get(`/api/v1/accounts/${client.id}/statuses?limit=1`);
  return latest ?? { content: '', in_reply_to_id: '' };
}

test.serial('a post is written with the keyboard alone, and the focus comes back', async (t) => {
  const page = await open('/');
  await tabTo(t, page, /^What are you working on/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Written without a mouse');
  await tabTo(t, page, /^Post$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('article').filter({ hasText: 'Written without a mouse' }).waitFor();
  await eventually('it is posted', async () =>
    (await latestBy(amina)).content.includes('Written without a mouse'),
  );
  t.regex((await focused(page)).name, /^What are you working on/);
});

test.serial('a post is liked and commented on with the keyboard alone', async (t) => {
  const page = await open(`/posts/${post.id}`);
  await tabTo(t, page, /^Like$/);
  await page.keyboard.press('Space');
  await eventually(
    'the like of before is taken back',
    async () => (await amina.get(`/api/v1/statuses/${post.id}`)).favourited === false,
  );
  await tabTo(t, page, /^Write a comment/);
  await page.keyboard.type('Thank you');
  await tabTo(t, page, /^Send/);
  await page.keyboard.press('Enter');
  await eventually(
    'the comment is there',
    async () => (await latestBy(amina)).in_reply_to_id === post.id,
  );
  t.regex((await latestBy(amina)).content, /Thank you/);
});

test.serial('a group is joined and a message sent with the keyboard alone', async (t) => {
  const page = await open('/groups?show=discover');
  await tabTo(t, page, /^Join The yard$/);
  await page.keyboard.press('Enter');
  await eventually('she is a member', async () => {
    const mine: { id: string }[] = await amina.get('/api/mitoyen/v1/groups');
    return mine.some(({ id }) => id === yard.id);
  });
  const talk = await leo.post('/api/mitoyen/v1/conversations', { accounts: [amina.id] });
  await leo.post('/api/v1/statuses', { status: '@amina Good morning', visibility: 'direct' });
  await open(`/chat/${talk.id}`);
  await tabTo(t, page, /^Message Léo/);
  await page.keyboard.type('Good morning, Léo');
  await page.keyboard.press('Enter');
  await eventually('he has it', async () => {
    const [last] = await leo.get('/api/v1/conversations');
    return last?.last_status?.content.includes('Good morning, Léo');
  });
  t.pass();
});

test.serial('a dialog keeps the focus and gives it back when Escape closes it', async (t) => {
  const page = await open(`/posts/${post.id}`);
  await page.getByRole('button', { name: /^More about the post by Léo/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem').first().waitFor();
  await page.keyboard.press('Escape');
  t.regex((await focused(page)).name, /^More about the post by Léo/);
  await page.keyboard.press('n');
  await page.getByRole('dialog').waitFor();
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(
      `document.activeElement === document.body || document.activeElement.closest('dialog, [role=dialog]') !== null`,
    );
    t.true(inside, 'the focus left the dialog');
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

type Opener = {
  name: string;
  path: string;
  open: (page: Page) => Promise<void>;
  /** A popover over a dialog: axe takes what lies under it for what covers it, so its targets are measured. */
  over?: string;
};

async function composer(page: Page): Promise<void> {
  await page.keyboard.press('n');
  await page.getByRole('dialog').waitFor();
}

const inComposer = (name: string, label: string): Opener => ({
  name,
  path: '/',
  open: async (page) => {
    await composer(page);
    await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
  },
});

const byButton = (name: string, path: () => string, label: string | RegExp): Opener => ({
  name,
  get path() {
    return path();
  },
  open: (page) => page.locator('#main').getByRole('button', { name: label }).first().click(),
});

const OPENERS: Opener[] = [
  { name: 'composer', path: '/', open: composer },
  inComposer('poll', 'Poll'),
  inComposer('event', 'Event'),
  inComposer('praise', 'Praise'),
  inComposer('publishing later', 'Publish later'),
  inComposer('preview', 'Preview'),
  {
    name: 'audience',
    path: '/',
    over: '.audiences',
    open: async (page) => {
      await composer(page);
      await page.getByRole('dialog').locator('button[popovertarget]').first().click();
      await page.getByRole('dialog', { name: 'Who can see this?' }).waitFor();
    },
  },
  { name: 'keys', path: '/', open: (page) => page.keyboard.press('?') },
  byButton('menu of a post', () => `/posts/${post.id}`, /^More about the post by Léo/),
  byButton('emojis', () => `/posts/${post.id}`, 'React with an emoji'),
  byButton('viewer', () => `/posts/${post.id}`, /The yard/),
  byButton('a new partner', () => '/admin/partners', 'Add partner'),
  byButton('menu of a group', () => `/groups/${yard.id}`, 'More about this group'),
];

/** Height of the lowest button in there, in pixels. */
async function smallest(page: Page, within: string): Promise<number> {
  const buttons = JSON.stringify(`${within} button`);
  return page.evaluate(
    `Math.min(...[...document.querySelectorAll(${buttons})].map((one) => one.getBoundingClientRect().height))`,
  ) as Promise<number>;
}

test.serial('what lies over the page is as accessible as what lies under it', async (t) => {
  const { page } = seat;
  const found: string[] = [];
  for (const [at, opener] of OPENERS.entries()) {
    for (const width of [1360, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await open(opener.path);
      await loadAxe(page);
      await opener.open(page);
      await page.evaluate('document.fonts.ready.then(() => {})');
      const measured = opener.over ? await smallest(page, opener.over) : 44;
      t.true(measured >= 44, `${opener.name} ${width}: a target of ${measured} px`);
      // Colours do not depend on the width: every second one is looked at in the dark on a phone.
      const isDarkToo = (width === 390) === (at % 2 === 0);
      for (const theme of isDarkToo ? (['light', 'dark'] as const) : (['light'] as const)) {
        const all = await findings(page, theme);
        const own = opener.over ? all.filter((one) => !one.includes(' target-size:')) : all;
        found.push(...own.map((one) => `${opener.name} ${width} ${one}`));
      }
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      t.is(over, 0, `${opener.name} ${width}`);
    }
  }
  await page.setViewportSize({ width: 1360, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  t.deepEqual(found, []);
});

test.serial('with forced colours the focus and what is chosen can still be seen', async (t) => {
  const page = await open('/');
  await page.emulateMedia({ forcedColors: 'active' });
  for (let step = 0; step < 25; step += 1) {
    await page.keyboard.press('Tab');
    const { name, ring } = await focused(page);
    t.true(ring, `“${name}” has no outline, and forced colours leave nothing else`);
  }
  await loadAxe(page);
  t.deepEqual(await findings(page, 'light'), []);
  await page.emulateMedia({ forcedColors: 'none' });
});

test.serial('nothing complained meanwhile', (t) => {
  t.deepEqual(seat.complaints, []);
});
