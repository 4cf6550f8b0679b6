import test from 'ava';
import { configSchema } from '../../config-schema.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { writeLetter } from './write-letter.ts';

const account = { _id: 'bob', username: 'bob', displayName: 'Bob <b>', language: 'fr' } as Account;
const shown = {
  id: '1',
  type: 'mention',
  status: {
    id: '9',
    content: '<p>The <strong>whole</strong> text</p>',
    spoiler_text: '',
    media_attachments: [{ type: 'image', description: 'A chart' }],
  },
};

function letter(content: 'full' | 'none') {
  const config = configSchema.parse({ instance: { name: 'Acme' }, mail: { content } });
  const kit = { config, baseUrl: 'https://acme.example' } as Kit;
  return writeLetter(kit, {
    to: 'bob@example.test',
    account,
    kind: 'instant',
    news: { notifications: [{ shown, title: 'Ann parle de vous' }], posts: [] },
    id: '1',
    secret: 'secret',
  });
}

test('a letter has the whole text and its pictures in words, twice: as text and as HTML', (t) => {
  const { text, html, subject, messageId } = letter('full');
  t.is(subject, 'Ann parle de vous · Acme');
  t.true(text.includes('The whole text'));
  t.true(text.includes('[A chart]'));
  t.true(text.includes('https://acme.example/posts/9'));
  t.true(html.includes('<p>The <strong>whole</strong> text</p>'));
  t.true(html.includes('Bonjour Bob &lt;b&gt;'));
  t.is(messageId, '<instant.bob.1@acme.example>');
});

test('where no content leaves the house a letter says who and no more', (t) => {
  const { text, html } = letter('none');
  for (const body of [text, html]) {
    t.notRegex(body, /whole|chart/);
    t.true(body.includes('Ann parle de vous'));
    t.true(body.includes('Connectez-vous'));
  }
});
