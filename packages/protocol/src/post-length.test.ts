import test from 'ava';
import { CHARACTERS_PER_URL, postLength } from './post-length.ts';

test('an address is as long as any other, a name without its server, a picture one character', (t) => {
  t.is(postLength('hello 👋'), 7);
  const address = `https://acme.example/${'a'.repeat(200)}`;
  t.is(postLength(address), CHARACTERS_PER_URL);
  t.is(postLength(`see ${address} and http://x.co`), 4 + 23 + 5 + 23);
  t.is(postLength('@ann@northwind.example hello'), '@ann hello'.length);
  t.is(postLength('hello @ann@northwind.example, @bo@x.example'), 'hello @ann, @bo'.length);
  t.is(postLength('ann@example.com'), 'ann@example.com'.length, 'an e-mail address is a word');
});

test('an address without an end does not make a post that has none', (t) => {
  t.true(postLength(`https://acme.example/${'a'.repeat(100_000)}`) > 99_000);
});
