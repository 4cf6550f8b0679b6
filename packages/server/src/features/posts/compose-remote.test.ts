import { type JsonObject, readNote } from '@mitoyen/federation';
import test from 'ava';
import { htmlOf } from './compose-remote.ts';

function html(more: JsonObject): string {
  const note = readNote({
    id: 'https://a.example/1',
    attributedTo: 'https://a.example/u',
    type: 'Note',
    ...more,
  });
  if (!note) throw new Error('not a post');
  return htmlOf(note);
}

test('a note is shown as it is, an article under its title', (t) => {
  t.is(html({ content: '<p>hi</p>', name: 'ignored' }), '<p>hi</p>');
  t.is(
    html({ type: 'Article', name: 'A <b>title</b>', content: '<p>text</p>' }),
    '<p><strong>A &lt;b&gt;title&lt;/b&gt;</strong></p><p>text</p>',
  );
});

test('what nobody knows is its title, its summary and a link', (t) => {
  const shown = html({
    type: 'Recipe',
    name: 'Soup',
    summary: 'Hot',
    url: 'https://a.example/soup',
  });
  t.regex(shown, /Soup.*Hot.*href="https:\/\/a\.example\/soup"/s);
});

test('a link post names the page that it is about', (t) => {
  const shown = html({
    type: 'Page',
    name: 'News',
    attachment: [{ type: 'Link', href: 'https://news.example/1' }],
  });
  t.regex(shown, /href="https:\/\/news\.example\/1"/);
});

test('no script comes through a title, an address or a text', (t) => {
  const shown = html({
    type: 'Odd',
    name: '<script>1</script>',
    content: '<img src=x onerror=alert(1)>',
    url: 'javascript:alert(1)',
  });
  t.notRegex(shown, /<script|onerror|href="javascript/);
});
