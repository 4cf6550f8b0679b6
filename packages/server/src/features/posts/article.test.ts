import { buildNote, readNote } from '@mitoyen/federation';
import test from 'ava';
import { ARTICLE_CHARACTERS, articleOf } from './article.ts';
import { htmlOf } from './compose-remote.ts';

const long = `<p>${'many words '.repeat(ARTICLE_CHARACTERS / 10)}</p>`;
const post = {
  html: `<h3>On <em>walls</em></h3>\n${long}`,
  warning: '',
  audience: 'public' as const,
};

test('a long text under a heading is an article with a title, the rest and its first words', (t) => {
  const article = articleOf(post);
  t.is(article?.title, 'On walls');
  t.is(article?.html, long);
  t.true(article?.summary.startsWith('many words many'));
  t.true(article?.summary.endsWith('…') && (article?.summary.length ?? 0) <= 501);
});

test('what is short, has no title, a warning, answers, asks or is said to few is a note', (t) => {
  const poll = { options: [], counts: [], voters: 0, multiple: false, hideTotals: false };
  for (const other of [
    { ...post, html: '<h3>On walls</h3><p>short</p>' },
    { ...post, html: long },
    { ...post, html: `<p>first</p><h3>later</h3>${long}` },
    { ...post, html: `<h3> </h3>${long}` },
    { ...post, warning: 'walls' },
    { ...post, inReplyToIri: 'https://a.example/1' },
    { ...post, audience: 'direct' as const },
    { ...post, poll },
  ])
    t.is(articleOf(other), null);
});

test('what is sent is read as the same title over the same text, and its summary is no warning', (t) => {
  const article = articleOf(post);
  const by = 'https://a.example/users/ann';
  const sent = buildNote({
    id: 'https://a.example/posts/1',
    type: 'Article',
    attributedTo: by,
    to: [],
    cc: [],
    name: article?.title,
    content: article?.html ?? '',
    summary: article?.summary,
    preview: article?.summary,
    sensitive: false,
    published: '2026-12-01T00:00:00Z',
    url: 'https://a.example/@ann/1?a=1&b=2',
    attachments: [],
    mentions: [],
    hashtags: [],
  });
  t.like(sent.preview, { type: 'Note', attributedTo: by });
  t.regex(JSON.stringify(sent.preview), /many words .*a=1&amp;b=2/);
  const read = readNote(sent);
  t.is(read && htmlOf(read), `<p><strong>On walls</strong></p>${long}`);
  t.is(read?.name, 'On walls');
});
