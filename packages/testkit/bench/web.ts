/**
 * What the web client takes of a reader's machine: the demo's Acme with 500 posts more, opened by
 * Chromium with the processor four times slower, 1.6 Mbit/s and 150 ms there and back.
 */
import type { CDPSession, Page } from 'playwright-core';
import { visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { PASSWORD } from '../src/demo/people.ts';
import { seed } from '../src/demo/seed.ts';
import { eventually, startInstance } from '../src/index.ts';

const POSTS = 500;
const SLOWER = 4;
const RUNS = 5;
const LINE = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};
/** Kept by the page from its first moment: what was painted largest, long tasks, slow events. */
const WATCH = `
  window.seen = { lcp: 0, long: [], events: [] };
  const watch = (type, run, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(run)).observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', (one) => { seen.lcp = one.startTime; });
  watch('longtask', (one) => { seen.long.push(one.duration); });
  watch('event', (one) => { if (one.interactionId) seen.events.push({ name: one.name, ms: one.duration }); }, { durationThreshold: 16 });
`;

type Seen = { lcp: number; long: number[]; events: { name: string; ms: number }[] };

const figures: [string, string][] = [];
const note = (what: string, measured: string) => {
  figures.push([what, measured]);
  console.log(`${what}: ${measured}`);
};
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const seenOf = async (page: Page) => (await page.evaluate('window.seen')) as Seen;

/** Until nothing more was asked for in the last moments (the stream of news stays open for ever). */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    let before = -1;
    const look = setInterval(() => {
      const now = performance.getEntriesByType('resource').length;
      if (now === before) { clearInterval(look); done(); }
      before = now;
    }, 700);
  })`);
}

async function slowDown(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', LINE);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

async function firstVisits(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await slowDown(session);
  await session.send('Network.setBypassServiceWorker', { bypass: true });
  let bytes = 0;
  let scripts = 0;
  const kinds = new Map<string, string>();
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    if (kinds.get(requestId) === 'Script') scripts += encodedDataLength;
  });
  const paints: number[] = [];
  const blocked: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await session.send('Network.clearBrowserCache');
    bytes = 0;
    scripts = 0;
    await page.goto(url);
    await page.getByRole('article').first().waitFor();
    // The last picture counts too.
    await settled(page);
    const seen = await seenOf(page);
    paints.push(seen.lcp);
    blocked.push(seen.long.reduce((all, one) => all + Math.max(0, one - 50), 0));
    if (run === 0)
      note('first visit, transferred', `${kb(bytes)} KB, of which scripts ${kb(scripts)} KB`);
  }
  note(
    'first visit, largest paint',
    `${seconds(median(paints))} (${paints.map(seconds).join(', ')})`,
  );
  note('first visit, blocked by long tasks', `${Math.round(median(blocked))} ms`);
  await session.send('Network.setBypassServiceWorker', { bypass: false });
  await page.goto(url);
  await settled(page);
  const again: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.goto(url);
    await settled(page);
    again.push((await seenOf(page)).lcp);
  }
  note('second visit, largest paint', seconds(median(again)));
  await session.detach();
}

/** The slowest event of each interaction, from the press to the next paint. */
async function interactions(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(url);
  await settled(page);
  const steps: [string, () => Promise<unknown>][] = [
    ['like a post', () => page.getByRole('button', { name: 'Like' }).first().click()],
    ['from post to post (j)', () => page.keyboard.press('j')],
    ['open the composer', () => page.locator('.prompt').click()],
    ['type in it, 20 letters', () => page.keyboard.type('A steady hand writes', { delay: 60 })],
    ['close it', () => page.keyboard.press('Escape')],
    ['another view of the feed', () => page.getByRole('button', { name: /^Unread/ }).click()],
    ['back to all', () => page.getByRole('button', { name: 'Latest' }).first().click()],
    ['open a post', () => page.locator('article .time').first().click()],
    ['go back', () => page.goBack()],
    ['open the chat', () => page.locator('.rail.left a[href="/chat"]').click()],
    ['open a conversation', () => page.locator('.chat-list li a').first().click()],
  ];
  for (const [name, step] of steps) {
    await page.evaluate('window.seen.events = []; window.seen.long = []');
    await step();
    await settled(page);
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => setTimeout(done, 120)))',
    );
    const { events, long } = await seenOf(page);
    const worst = Math.max(0, ...events.map((one) => one.ms));
    note(
      name,
      `${worst === 0 ? 'under 16' : worst} ms; longest task ${Math.round(Math.max(0, ...long))} ms`,
    );
  }
  await session.detach();
}

async function heapAfter(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await page.goto(url);
  await page.getByRole('article').first().waitFor();
  let shown = 0;
  while (shown < POSTS) {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    const before = shown;
    await eventually('more posts are shown', async () => {
      shown = await page.locator('[data-slot]').count();
      return shown > before;
    });
  }
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const nodes = await page.evaluate('document.querySelectorAll("*").length');
  note(`heap after ${shown} posts`, `${(usedSize / 1e6).toFixed(1)} MB, ${nodes} elements`);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.evaluate('window.seen.long = []');
  for (let step = 0; step < 20; step += 1) {
    await page.mouse.wheel(0, -2000);
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }
  const { long } = await seenOf(page);
  note('longest task while scrolling there', `${Math.round(Math.max(0, ...long))} ms`);
}

const kb = (bytes: number) => Math.round(bytes / 1024);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

await buildWeb();
const [acme, northwind] = await Promise.all([
  startInstance({ name: 'Acme', host: 'localhost' }),
  startInstance({ name: 'Northwind', host: 'localhost' }),
]);
try {
  await seed(acme, northwind, () => {});
  const writer = await acme.person('writer', { displayName: 'Wanda Writer' });
  for (let index = 0; index < POSTS; index += 1)
    await writer.post('/api/v1/statuses', {
      status: `Note ${index}: the delivery for hall ${index % 7} comes at **${index % 24}:15**, see #hall${index % 7}.\n\nAsk the desk if it is late.`,
      visibility: 'company',
    });
  const { page, close } = await visit(acme, { username: 'amina', password: PASSWORD });
  await page.addInitScript(WATCH);
  await firstVisits(page, acme.baseUrl);
  await interactions(page, acme.baseUrl);
  await heapAfter(page, acme.baseUrl);
  await close();
} finally {
  await Promise.all([acme.stop(), northwind.stop()]);
}
process.stdout.write(`\n| what | measured |\n| --- | --- |\n`);
for (const [what, measured] of figures) process.stdout.write(`| ${what} | ${measured} |\n`);
