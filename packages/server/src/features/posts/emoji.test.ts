import test from 'ava';
import { normaliseEmoji } from './emoji.ts';
import { LIKE } from './post.ts';

test('one emoji is a reaction, however it is composed', (t) => {
  for (const emoji of ['🎉', '👍🏽', '👨‍👩‍👧‍👦', '🇫🇷', '1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', LIKE, ':blobcat:'])
    t.is(normaliseEmoji(emoji), emoji);
  t.is(normaliseEmoji(' 🎉 '), '🎉');
});

test('an emoji without its variation selector is the same emoji', (t) => {
  t.is(normaliseEmoji('\u2764'), '\u2764\ufe0f');
  t.is(normaliseEmoji('\u2764\ufe0f'), '\u2764\ufe0f');
});

test('text, several emojis and what would break a field name are no reactions', (t) => {
  const zalgo = `👍${'\u0301'.repeat(20)}`;
  for (const text of [
    '',
    'a',
    'ok',
    '🎉🎉',
    '👍a',
    '$set',
    'a.b',
    '\0',
    zalgo,
    `:${'x'.repeat(60)}:`,
  ])
    t.is(normaliseEmoji(text), null, JSON.stringify(text));
});
