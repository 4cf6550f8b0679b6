/** Debian's Chromium, driven as a person would: pages of members of running instances. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that beeps, and nobody who has to allow it.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
const WAIT_MS = 60_000 * (Number(process.env.TEST_PATIENCE) || 1);

export type Look = { width?: number; height?: number; theme?: 'light' | 'dark'; locale?: string };
export type Visit = {
  page: Page;
  /** What the console said that it should not, and what came from elsewhere. */
  complaints: string[];
  close: () => Promise<void>;
};

/** A fresh browser with its own profile in which this person is signed in at `path`, or nobody is. */
export async function visit(
  instance: { baseUrl: string },
  person: { username: string; password: string } | null,
  look: Look & { path?: string } = {},
): Promise<Visit> {
  const profile = await mkdtemp(join(tmpdir(), 'mitoyen-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGUMENTS,
    headless: true,
    viewport: { width: look.width ?? 1360, height: look.height ?? 900 },
    colorScheme: look.theme ?? 'light',
    locale: look.locale ?? 'en',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints = watch(page, instance.baseUrl);
  const path = look.path ?? '/';
  if (person) await signIn(page, instance, { ...person, path });
  else await page.goto(`${instance.baseUrl}${path}`);
  return { page, complaints, close: () => close(context, profile) };
}

/** As this person on this page, whoever it was before. */
export async function signIn(
  page: Page,
  instance: { baseUrl: string },
  person: { username: string; password: string; path?: string },
): Promise<void> {
  const back = encodeURIComponent(person.path ?? '/');
  await page.goto(`${instance.baseUrl}/auth/sign_in?return_to=${back}`);
  await page.fill('input[name=username]', person.username);
  await page.fill('input[name=password]', person.password);
  await page.click('button[type=submit]');
  await page.waitForSelector('#main');
}

function watch(page: Page, baseUrl: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const { url } = message.location();
    complaints.push(url ? `${message.text()} (${url})` : message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseUrl) && !/^(data|blob):/.test(url)) complaints.push(`asked ${url}`);
  });
  return complaints;
}

async function close(context: BrowserContext, profile: string): Promise<void> {
  await context.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
