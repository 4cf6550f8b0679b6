/**
 * What a member's browser does when the line breaks, the page is left in the middle, or much
 * happens at once: nothing is lost, nothing is sent twice, nothing stale is shown as new.
 */
import test from 'ava';
import type { Page } from 'playwright-core';
import { signIn, type Visit, visit } from '../src/browser.ts';
import { buildWeb } from '../src/build-web.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';

const PASSWORD = 'two neighbours, one wall';
let acme: Instance;
let amina: Client;
let leo: Client;
let at: Visit;
let page: Page;

test.before(async () => {
  await buildWeb();
  acme = await startInstance({ name: 'Acme' });
  [amina, leo] = await Promise.all([
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

/** What is sent waits until `release` is called. */
async function hold(): Promise<{ release: () => Promise<void> }> {
  const gate = Promise.withResolvers<void>();
  await page.route(POSTING, async (route) => {
    if (route.request().method() === 'POST') await gate.promise;
    await route.continue();
  });
  return {
    release: async () => {
      gate.resolve();
      await page.unrouteAll({ behavior: 'wait' });
    },
  };
}
const POSTING = (url: URL) => url.pathname === '/api/v1/statuses';

async function write(text: string): Promise<void> {
  await button(/^What are you working on/).click();
  await page.getByRole('textbox', { name: 'Text of the post' }).fill(text);
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
}

test.serial('what is written shows at once, and nothing is swallowed meanwhile', async (t) => {
  await open();
  const { release } = await hold();
  await write('On a slow line');
  const post = page.locator('.pending').filter({ hasText: 'On a slow line' });
  await post.getByText('Sending').waitFor();
  await article('Missed in the tunnel').locator('.time').click();
  const box = page.getByRole('textbox', { name: 'Write a comment' });
  await box.fill('First');
  await box.press('Enter');
  await box.fill('Second');
  await box.press('Enter');
  t.deepEqual(await page.locator('.comments .pending-text').allTextContents(), ['First', 'Second']);
  await release();
  await page.locator('.comments .pending').first().waitFor({ state: 'detached' });
  await page.locator('.comments').getByText('Second').waitFor();
  const said = await page.locator('.comments .bubble .rich').allTextContents();
  t.deepEqual(said, ['First', 'Second']);
  await page.goBack();
  await article('On a slow line').waitFor();
  t.is(await page.locator('.pending').count(), 0);
});

test.serial(
  'messages written without a network wait in their conversation, in order',
  async (t) => {
    await open('/chat/new');
    await page.getByRole('searchbox', { name: 'Name or address' }).fill('leo');
    await button(/^Choose: Léo/).click();
    await button('Open conversation').click();
    const box = page.getByRole('textbox', { name: /^Message Léo/ });
    await box.fill('Can you hear me?');
    await page.context().setOffline(true);
    await box.press('Enter');
    await box.fill('Hello?');
    await box.press('Enter');
    const log = page.getByRole('log');
    await log.getByText('Waiting for a connection').nth(1).waitFor();
    await page.context().setOffline(false);
    await log.locator('.pending').first().waitFor({ state: 'detached' });
    await log.locator('.said').nth(1).waitFor();
    const said = (await log.locator('.said').allTextContents()).slice(-2);
    t.deepEqual(
      said.map((one) => one.trim()),
      ['Can you hear me?', 'Hello?'],
    );
    forgive(OFFLINE);
  },
);

test.serial(
  'what the server refuses is kept with its reason, and goes on from there',
  async (t) => {
    await open();
    await page.route(POSTING, (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 422, json: { error: 'The group is archived' } })
        : route.continue(),
    );
    await write('For nobody');
    const refused = page.locator('.pending').filter({ hasText: 'For nobody' });
    await refused.getByText('Not sent: The group is archived').waitFor();
    await page.unroute(POSTING);
    await page.goto(`${acme.baseUrl}/drafts`);
    await refused.getByText('Not sent: The group is archived').waitFor();
    await refused.getByRole('button', { name: 'Edit' }).click();
    const text = page.getByRole('textbox', { name: 'Text of the post' });
    t.is(await text.inputValue(), 'For nobody');
    await text.fill('For somebody');
    const taken = page.waitForResponse((answer) => POSTING(new URL(answer.url())));
    await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
    await taken;
    await page.goto(acme.baseUrl);
    await article('For somebody').waitFor();
    t.is(await refused.count(), 0);
    forgive(/status of 422/);
  },
);

test.serial(
  'of somebody whose session ended, the next person sees and sends nothing',
  async (t) => {
    await open();
    await page.route(POSTING, (route) => route.abort());
    await write('Between us');
    await page
      .locator('.pending')
      .filter({ hasText: 'Between us' })
      .getByText('Waiting for a connection')
      .waitFor();
    await button(/^What are you working on/).click();
    await page.getByRole('textbox', { name: 'Text of the post' }).fill('Not finished');
    await page.getByText('Draft saved').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.context().clearCookies();
    await signIn(page, acme, { username: 'leo', password: PASSWORD, path: '/drafts' });
    await page.getByText('Nothing is left unfinished.').waitFor();
    await page.getByRole('link', { name: 'Acme' }).first().click();
    await article('Missed in the tunnel').waitFor();
    t.is(await page.locator('.pending').count(), 0);
    await button(/^What are you working on/).click();
    t.is(await page.getByRole('textbox', { name: 'Text of the post' }).inputValue(), '');
    await page.context().clearCookies();
    await signIn(page, acme, { username: 'amina', password: PASSWORD });
    const sent = article('Between us');
    await sent.waitFor();
    t.is(await sent.getByRole('link', { name: 'Amina Diallo' }).count(), 1);
    await button(/^What are you working on/).click();
    const text = page.getByRole('textbox', { name: 'Text of the post' });
    t.is(await text.inputValue(), 'Not finished');
    forgive(OFFLINE);
  },
);

test.serial('without a network the page opens, with what was left unfinished', async (t) => {
  await open();
  await eventually('the worker keeps what it needs', async () =>
    page.evaluate(`navigator.serviceWorker.ready.then(async () => {
      const names = await caches.keys();
      const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return kept.flat().some(({ url }) => url.includes('DraftsScreen'));
    })`),
  );
  await page.context().setOffline(true);
  await page.goto(`${acme.baseUrl}/drafts`);
  await page.getByText('You are offline.').waitFor();
  await page.locator('.lines').getByText('Not finished').waitFor();
  await page.getByRole('button', { name: 'Go on writing' }).click();
  const text = page.getByRole('textbox', { name: 'Text of the post' });
  t.is(await text.inputValue(), 'Not finished');
  await text.fill('Finished');
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('1 post waits for a connection.').waitFor();
  await page.context().setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Acme' }).first().click();
  await article('Finished').waitFor();
  forgive(OFFLINE);
});

test.serial(
  'what is deleted comes back while it can be undone, and is gone with the page',
  async (t) => {
    const [kept, gone] = await Promise.all(
      ['Deleted by mistake', 'Deleted on purpose'].map((status) =>
        amina.post('/api/v1/statuses', { status, visibility: 'company' }),
      ),
    );
    await open();
    const remove = async (text: string) => {
      // What comes in meanwhile may move the post, and closes its menu.
      await eventually(`“${text}” is deleted`, async () => {
        await article(text)
          .getByRole('button', { name: /^More about/ })
          .click();
        const item = page.getByRole('menuitem', { name: 'Delete' });
        await item
          .or(page.getByRole('button', { name: 'Delete' }))
          .first()
          .click({ timeout: 3000 });
        return true;
      });
      await article(text).waitFor({ state: 'detached' });
    };
    await remove('Deleted by mistake');
    await button('Undo').click();
    await article('Deleted by mistake').waitFor();
    await remove('Deleted on purpose');
    // Nobody waits for the message to go: the page is left at once.
    await page.goto('about:blank');
    await eventually('it is gone', async () => {
      const answer = await amina.request('GET', `/api/v1/statuses/${gone.id}`);
      return answer.status === 404;
    });
    t.is((await amina.request('GET', `/api/v1/statuses/${kept.id}`)).status, 200);
  },
);

/** A group of both in which Léo wrote this many posts, each with a tag. */
async function busyGroup(posts: number): Promise<void> {
  const group = await leo.post('/api/mitoyen/v1/groups', { name: 'Night shift', access: 'open' });
  await amina.post(`/api/mitoyen/v1/groups/${group.id}/join`);
  const home = await amina.get('/api/v1/timelines/home?limit=1');
  await amina.post('/api/v1/markers', { home: { last_read_id: home[0]?.id } });
  for (let index = 1; index <= posts; index += 1)
    await leo.post('/api/v1/statuses', {
      status: `Round ${index} #rounds\n\nAll doors are locked.`,
      group_id: group.id,
    });
}
const slots = () => page.locator('[data-slot]').count();

/** To the foot of the page, page after page, until so many places are there. */
async function scrollTo(places: number): Promise<void> {
  await eventually(`${places} places`, async () => {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    return (await slots()) >= places;
  });
}

test.serial('45 unread posts are all there, and where they end is said', async (t) => {
  await busyGroup(45);
  await open();
  await button(/^Unread 20\+/).click();
  await scrollTo(45);
  await page.getByText('You have read everything below').waitFor();
  t.is(await slots(), 45);
  await page.getByRole('button', { name: 'Unread 45', exact: true }).waitFor();
});

test.serial('drafts keep everything, stand side by side, and an edit is one of them', async (t) => {
  const text = page.getByRole('textbox', { name: 'Text of the post' });
  const dialog = page.getByRole('dialog');
  const day = await amina.post('/api/v1/statuses', { status: 'Monday', visibility: 'company' });
  await open();
  await button(/^What are you working on/).click();
  await text.fill('Which door?');
  await dialog.getByRole('button', { name: 'Poll' }).click();
  await dialog.getByRole('textbox', { name: 'Choice 1' }).fill('North');
  await dialog.getByRole('textbox', { name: 'Choice 2' }).fill('South');
  await dialog.getByRole('checkbox', { name: /^Everybody must confirm/ }).check();
  await dialog.getByRole('button', { name: 'Publish later' }).click();
  await dialog.getByRole('button', { name: 'Put aside as a draft' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await button(/^What are you working on/).click();
  await text.fill('Another one');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await article('Monday')
    .getByRole('button', { name: /^More about/ })
    .click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  // What nobody changed is no draft.
  await article('Monday')
    .getByRole('button', { name: /^More about/ })
    .click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await text.fill('Monday at nine');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.goto(`${acme.baseUrl}/drafts`);
  const line = (words: string) => page.locator('.lines li').filter({ hasText: words });
  const goOn = (words: string) =>
    line(words).getByRole('button', { name: 'Go on writing' }).click();
  await line('Another one').waitFor();
  await goOn('Which door?');
  t.is(await dialog.getByRole('textbox', { name: 'Choice 2' }).inputValue(), 'South');
  t.true(await dialog.getByRole('checkbox', { name: /^Everybody must confirm/ }).isChecked());
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await goOn('Monday at nine');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  t.regex((await amina.get(`/api/v1/statuses/${day.id}`)).content, /Monday at nine/);
  await line('Monday at nine').waitFor({ state: 'detached' });
  t.true(await line('Which door?').isVisible());
});

test.serial('an own post is pinned to the profile, and taken off again', async (t) => {
  await amina.post('/api/v1/statuses', { status: 'How to reach me', visibility: 'company' });
  await open('/@amina');
  const menu = async (item: string) => {
    const mine = article('How to reach me');
    await mine.getByRole('button', { name: /^More about/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Pin to my profile');
  await page.locator('.pinned').waitFor();
  await page.reload();
  await page.locator('.pinned + .post').getByText('How to reach me').waitFor();
  t.is(await article('How to reach me').count(), 1);
  await menu('Unpin from my profile');
  await page.locator('.pinned').waitFor({ state: 'detached' });
});

/** What a foreign server may send where ours forgot to clean it. */
const HOSTILE = [
  '<p>hostile begins</p><script>owned=1</script><img src=x onerror="owned=1">',
  '<svg onload="owned=1"><script>owned=1</script><a xlink:href="javascript:owned=1">svg</a></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=owned=1&gt;">',
  '</table></math><a href="javascript:owned=1">one</a><a href=" java\nscript:owned=1">two</a>',
  '<a href="data:text/html,<script>owned=1</script>">three</a><a href="vbscript:x">vb</a>',
  '<a href="//evil.example/x" target="_self" onclick="owned=1" style="inset:0">four</a>',
  '<p style="position:fixed" class="top" id="main" onmouseover="owned=1">styled</p>',
  '<iframe srcdoc="<script>parent.owned=1</script>"></iframe><object data="x"></object><embed src="x">',
  '<form action="/auth/sign_out" method="post"><input name="x"><button formaction="/x">go</button></form>',
  '<template><img src=x onerror=owned=1></template><noscript><p title="</noscript><img src=x onerror=owned=1>">',
  '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/x.css"><video src="https://evil.example/v" onerror="owned=1">',
  '<details open ontoggle="owned=1">more</details><p>hostile ends</p>',
].join('');

test.serial('hostile markup that came through the server is text and nothing else', async (t) => {
  await page.route('**/api/v1/timelines/home*', async (route) => {
    const response = await route.fetch();
    const [first, ...rest] = await response.json();
    await route.fulfill({ response, json: [{ ...first, content: HOSTILE }, ...rest] });
  });
  await page.goto(acme.baseUrl);
  await page.locator('.rich').filter({ hasText: 'hostile begins' }).waitFor();
  const found = (await page.evaluate(`(() => {
    const text = [...document.querySelectorAll('.rich')].find((one) => /hostile begins/.test(one.textContent));
    const all = [...text.querySelectorAll('*')];
    return {
      tags: [...new Set(all.map((one) => one.tagName))].sort(),
      attributes: [...new Set(all.flatMap((one) => one.getAttributeNames()))].sort(),
      classes: [...new Set(all.flatMap((one) => [...one.classList]))],
      links: [...text.querySelectorAll('a')].map((one) => [one.href, one.rel, one.target]),
      ends: /hostile ends/.test(text.textContent),
      owned: typeof owned,
    };
  })()`)) as Record<string, unknown>;
  await page.unrouteAll({ behavior: 'wait' });
  // The browser tells of each attribute that it would not have carried out anyway.
  forgive(/Content Security Policy/);
  t.is(found.owned, 'undefined');
  t.true(found.ends);
  const tags = new Set('P A SPAN TABLE TBODY TR TD'.split(' '));
  t.deepEqual(
    (found.tags as string[]).filter((tag) => !tags.has(tag)),
    [],
  );
  t.deepEqual(found.attributes, ['href', 'rel', 'target']);
  t.deepEqual(found.classes, []);
  t.deepEqual(found.links, [['http://evil.example/x', 'noopener noreferrer nofollow', '_blank']]);
});

test.serial('nothing complained meanwhile', (t) => {
  t.deepEqual(at.complaints, []);
});
