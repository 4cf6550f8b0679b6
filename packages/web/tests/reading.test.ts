/** What addresses, texts and begun words mean. */
import test from 'ava';
import './support/runes.ts';
import { readWait } from '../src/api/http.ts';
import { begunIn } from '../src/features/feed/begun.ts';
import { readMarkdown, readMarks } from '../src/ui/markdown.ts';

const { match } = await import('../src/router/routes.ts');

test('addresses open their screens', (t) => {
  const found = (path: string) => {
    const one = match(path);
    return one && [one.route.name, one.params];
  };
  t.deepEqual(found('/'), ['feed', {}]);
  t.deepEqual(found('/posts/01ABC'), ['posts', { id: '01ABC' }]);
  t.deepEqual(found('/groups/01ABC/files/'), ['groups', { id: '01ABC', tab: 'files' }]);
  t.deepEqual(found('/groups/new'), ['groups', {}]);
  t.deepEqual(found('/@leo@acme.example'), ['profile', { acct: 'leo@acme.example' }]);
  t.deepEqual(found('/tags/caf%C3%A9'), ['tags', { name: 'café' }]);
  t.deepEqual(found('/admin/partners/acme.example%3A3000'), [
    'admin',
    { section: 'partners', id: 'acme.example:3000' },
  ]);
});

test('what is no address of ours, or cannot be read, opens nothing', (t) => {
  for (const path of ['/nothing', '/posts', '/posts/1/2', '/tags/%E0%A4%A', '//evil.example'])
    t.is(match(path), null, path);
});

test('Markdown is previewed as blocks and marks', (t) => {
  const text =
    '# no\n\n> said\n> again\n\n- one\n- two\n\n1. first\n2. second\n\n```js\n**code**\n```';
  t.deepEqual(
    readMarkdown(text).map(({ kind, lines }) => [kind, lines.length]),
    [
      ['text', 1],
      ['quote', 2],
      ['list', 2],
      ['steps', 2],
      ['code', 1],
    ],
  );
  t.is(readMarkdown(text).at(-1)?.lines[0]?.[0]?.text, '**code**');
  t.deepEqual(
    readMarks('a **b** `*c*` ~~d~~ _e_ snake_case_name').map(({ kind, text }) => [kind, text]),
    [
      ['plain', 'a '],
      ['bold', 'b'],
      ['plain', ' '],
      ['code', '*c*'],
      ['plain', ' '],
      ['strike', 'd'],
      ['plain', ' '],
      ['italic', 'e'],
      ['plain', ' snake_case_name'],
    ],
  );
});

test('only web addresses become links', (t) => {
  const links = (line: string) => readMarks(line).filter((one) => one.kind === 'link');
  t.deepEqual(links('[here](https://example.org/a) and https://example.org/b'), [
    { kind: 'link', text: 'here', href: 'https://example.org/a' },
    { kind: 'link', text: 'https://example.org/b', href: 'https://example.org/b' },
  ]);
  t.deepEqual(links('[here](javascript:alert(1)) [x](data:text/html,y)'), []);
});

test('a begun name, hashtag or emoji is found at the end of what is written', (t) => {
  t.deepEqual(begunIn('Hello @le'), { mark: '@', words: 'le' });
  t.deepEqual(begunIn('(#gat'), { mark: '#', words: 'gat' });
  t.deepEqual(begunIn('@léo.m@acme.exa'), { mark: '@', words: 'léo.m@acme.exa' });
  t.deepEqual(begunIn('done\n:thu'), { mark: ':', words: 'thu' });
  for (const text of ['mail@acme', '10:30', 'Hello @', 'a @leo and', `@${'x'.repeat(61)}`])
    t.is(begunIn(text), null, text);
});

test('the wait that a server asks for is read in seconds and as a date', (t) => {
  const now = Date.parse('2026-12-01T10:00:00Z');
  t.is(readWait('120', now), 120_000);
  t.is(readWait('Tue, 01 Dec 2026 10:01:00 GMT', now), 60_000);
  t.is(readWait('Tue, 01 Dec 2026 09:00:00 GMT', now), 0);
  t.is(readWait('soon', now), null);
  t.is(readWait(null, now), null);
});
