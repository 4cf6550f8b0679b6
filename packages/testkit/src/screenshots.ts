/**
 * Pictures of the main screens for the README and the docs, made from a demo that is running:
 * `./scripts/demo` in one terminal, `node packages/testkit/src/screenshots.ts` in another.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type Look, visit } from './browser.ts';
import { PASSWORD } from './demo/people.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/screenshots');
const BASE_URL = process.argv[2] ?? 'http://localhost:3001';
const PHONE = { width: 390, height: 844 };
const SETTLED_MS = 1200;

type Shot = { name: string; path: string; look?: Look; before?: (page: Page) => Promise<void> };

/** Links of the page to the first thing whose address begins so. */
const follow = (start: string) => async (page: Page) => {
  await page.locator(`#main a[href^="${start}"]`).first().click();
};

const SHOTS: Shot[] = [
  { name: 'feed', path: '/' },
  { name: 'feed-dark', path: '/', look: { theme: 'dark' } },
  {
    name: 'group',
    path: '/groups',
    before: async (page) => page.getByRole('link', { name: 'Acme × Northwind' }).last().click(),
  },
  { name: 'events', path: '/events' },
  { name: 'chat', path: '/chat', before: follow('/chat/0') },
  { name: 'admin', path: '/admin' },
  { name: 'phone-feed', path: '/', look: PHONE },
  {
    name: 'phone-compose',
    path: '/',
    look: PHONE,
    before: async (page) => {
      await page.locator('.prompt').click();
      await page.locator('dialog textarea').waitFor();
      await page.keyboard.type('The pilot in Rotterdam is live.');
    },
  },
  {
    name: 'phone-chat-dark',
    path: '/chat',
    look: { ...PHONE, theme: 'dark' },
    before: follow('/chat/0'),
  },
];

await mkdir(FOLDER, { recursive: true });
for (const { name, path, look, before } of SHOTS) {
  const instance = { baseUrl: BASE_URL };
  const person = { username: 'amina', password: PASSWORD };
  const { page, close } = await visit(instance, person, { height: 860, ...look, path });
  await page.locator('.skeletons').first().waitFor({ state: 'detached' });
  await before?.(page);
  await page.waitForTimeout(SETTLED_MS);
  const picture = await page.screenshot();
  await sharp(picture)
    .png({ compressionLevel: 9 })
    .toFile(join(FOLDER, `${name}.png`));
  await close();
  console.log(`${name}.png`);
}
