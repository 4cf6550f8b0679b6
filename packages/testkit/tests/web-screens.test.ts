/**
 * Every screen, light and dark, in English and French, on a phone and a desktop: nothing for axe
 * to find, nothing in the console, nothing wider than the page, no message without a text.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { findings, loadAxe } from '../src/axe.ts';
import { visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
/** A desktop, a phone, and twice the size of a small window (WCAG 1.4.10). */
const WIDTHS = [320, 1360, 390];
/** Where axe looks: what is seen at 320 is what a phone shows. */
const LOOKED_AT = [1360, 390];
const LOCALES = ['en', 'fr'] as const;
type Locale = (typeof LOCALES)[number];
/** What nothing on a page may look like: a message key that has no text. */
const BARE_KEY = new RegExp(
  `\\b(${[...new Set(Object.keys(words('en')).map((key) => key.split('.')[0]))].join('|')})\\.[a-z]\\w+\\b`,
  'g',
);

/** Settings are written in the same way, and pages name them: they are no messages. */
const SETTINGS = new Set(
  [...readDocs('configuration').matchAll(/`([a-z_]+\.[a-z_.]+)`/g)].map(([, name]) => name),
);

function readDocs(page: string): string {
  return readFileSync(join(import.meta.dirname, `../../../docs/${page}.md`), 'utf8');
}

function words(locale: string): Record<string, string> {
  const file = join(import.meta.dirname, `../../web/messages/${locale}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** In the light everywhere. Words change no colour: of each screen one language shows the dark phone, the other the dark desktop. */
function themes(screen: number, locale: Locale, width: number): ('light' | 'dark')[] {
  const at = LOOKED_AT.indexOf(width);
  if (at < 0) return [];
  return (screen + LOCALES.indexOf(locale)) % 2 === at ? ['light', 'dark'] : ['light'];
}

function bareKeys(text: string): string[] {
  return (text.match(BARE_KEY) ?? []).filter((key) => !SETTINGS.has(key));
}

let acme: Instance;
let amina: Client;
let screens: string[];

test.before(async () => {
  await buildWeb();
  acme = await startInstance({ name: 'Acme' });
  amina = await acme.person('amina', {
    role: 'admin',
    displayName: 'Amina Diallo',
    password: PASSWORD,
  });
  const leo = await acme.person('leo', { displayName: 'Léo Moreau' });
  screens = await fill(amina, leo);
});

test.after.always(async () => {
  await acme?.stop();
});

/** A little of everything that a screen can show; gives the addresses of all screens. */
async function fill(amina: Client, leo: Client): Promise<string[]> {
  const picture = await sharp({
    create: { width: 640, height: 400, channels: 3, background: '#49a' },
  })
    .png()
    .toBuffer();
  const media = await leo.upload(picture, { type: 'image/png', description: 'The yard' });
  const group = await amina.post('/api/mitoyen/v1/groups', {
    name: 'Lyon office',
    access: 'closed',
    description: 'Doors, desks and coffee.',
  });
  await amina.post(`/api/mitoyen/v1/groups/${group.id}/invitations`, { accounts: [leo.id] });
  await leo.post(`/api/mitoyen/v1/groups/${group.id}/join`);
  await amina.post('/api/mitoyen/v1/groups', { name: 'Open yard', access: 'open' });
  const post = await leo.post('/api/v1/statuses', {
    status:
      'Gate 2 is **closed**, see https://example.org/a-long-address-that-goes-on-and-on #gates',
    group_id: group.id,
    media_ids: [media],
  });
  await leo.post('/api/v1/statuses', {
    status: 'Which day?',
    visibility: 'company',
    poll: { options: ['Monday', 'Tuesday'], expires_in: 86_400 },
  });
  await leo.post('/api/v1/statuses', {
    status: 'Meet at the **north gate**',
    group_id: group.id,
    event: {
      title: 'Fire drill',
      starts_at: new Date(Date.now() + 86_400_000).toISOString(),
      ends_at: new Date(Date.now() + 90_000_000).toISOString(),
      location: 'North car park',
      url: 'https://meet.example.org/fire-drill',
      capacity: 40,
    },
  });
  const comment = await amina.post('/api/v1/statuses', {
    status: 'Thank you',
    in_reply_to_id: post.id,
  });
  await leo.post('/api/v1/statuses', { status: 'Any time', in_reply_to_id: comment.id });
  await amina.post(`/api/v1/statuses/${post.id}/favourite`);
  await leo.put(`/api/mitoyen/v1/statuses/${comment.id}/reactions/${encodeURIComponent('🎉')}`);
  await amina.post(`/api/v1/statuses/${post.id}/bookmark`);
  const talk = await leo.post('/api/mitoyen/v1/conversations', { accounts: [amina.id] });
  await leo.post('/api/v1/statuses', { status: '@amina Good morning', visibility: 'direct' });
  await leo.post('/api/v1/reports', { account_id: amina.id, comment: 'Only a test' });
  await amina.post('/api/mitoyen/v1/admin/announcements', { text: 'New check-in from Monday' });
  await amina.post('/api/mitoyen/v1/invitations', { note: 'For the new desk' });
  await amina.post('/api/mitoyen/v1/admin/domain_blocks', { domain: 'spam.example' });
  await leo.patch('/api/mitoyen/v1/profile', { manager_id: amina.id, job_title: 'Buyer' });
  const list = await amina.post('/api/v1/lists', { title: 'Lyon' });
  await amina.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [leo.id] });
  await amina.post('/api/v1/tags/gates/follow');
  await amina.post('/api/mitoyen/v1/saved_searches', { title: 'Gates', query: 'gate' });
  await amina.post('/api/v2/filters', {
    title: 'Sport',
    context: ['home', 'public'],
    keywords_attributes: [{ keyword: 'football', whole_word: true }],
  });
  return [
    '/',
    `/posts/${post.id}`,
    '/groups',
    '/groups?show=discover',
    '/groups/new',
    `/groups/${group.id}`,
    `/groups/${group.id}/files`,
    `/groups/${group.id}/events`,
    `/groups/${group.id}/members`,
    `/groups/${group.id}/about`,
    `/groups/${group.id}/settings`,
    '/chat',
    `/chat/${talk.id}`,
    '/chat/new',
    '/notifications',
    '/people',
    '/people/chart',
    '/@leo',
    '/events',
    '/events/mine',
    '/events/past',
    '/bookmarks',
    '/favourites',
    '/lists',
    `/lists/${list.id}`,
    `/lists/${list.id}/members`,
    '/tags',
    '/tags/gates',
    '/searches',
    '/drafts',
    '/scheduled',
    '/search?q=leo',
    '/search?q=gate&kind=posts&has=picture',
    '/settings',
    '/settings/work',
    '/settings/appearance',
    '/settings/notifications',
    '/settings/people',
    '/settings/filters',
    '/settings/security',
    '/settings/moving',
    '/settings/choices',
    '/menu',
    '/welcome',
    '/admin',
    '/admin/people',
    '/admin/partners',
    '/admin/groups',
    '/admin/media',
    '/admin/reports',
    '/admin/announcements',
    '/admin/deliveries',
    '/admin/hosts',
    '/admin/emojis',
    '/admin/audit',
    '/admin/configuration',
    '/nowhere',
  ];
}

/** Another screen without loading the page again, as a link of the client would open it. */
async function open(page: Page, path: string): Promise<void> {
  const to = JSON.stringify(path);
  await page.evaluate(
    `history.pushState({ key: ${to} }, '', ${to}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await page.locator(`#main[data-shown="${path}"]`).waitFor();
  // Lists fill, and what is loaded beside them comes: then the page is as somebody reads it.
  await page.locator('.skeletons').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready.then(() => {})');
}

/** In one language: no screen too wide at any width, and nothing for axe on phone and desktop. */
async function check(t: ExecutionContext, locale: Locale): Promise<void> {
  const person = { username: 'amina', password: PASSWORD };
  // What somebody chose on one device is shown on all.
  await amina.patch('/api/v1/accounts/update_credentials', { source: { language: locale } });
  const { page, complaints, close } = await visit(acme, person, { locale, height: 900 });
  const found: string[] = [];
  try {
    await loadAxe(page);
    for (const [at, path] of screens.entries()) {
      await open(page, path);
      const where = `${path} ${locale}`;
      const text = (await page.locator('body').textContent()) ?? '';
      t.deepEqual(bareKeys(text), [], where);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        t.is(over, 0, `${where} ${width}`);
        for (const theme of themes(at, locale, width))
          found.push(...(await findings(page, theme)).map((one) => `${where} ${width} ${one}`));
      }
      found.push(...complaints.splice(0).map((one) => `${where}: ${one}`));
    }
    t.deepEqual(found, []);
  } finally {
    await close();
  }
}

test.serial('in English', (t) => check(t, 'en'));
test.serial('in French', (t) => check(t, 'fr'));
