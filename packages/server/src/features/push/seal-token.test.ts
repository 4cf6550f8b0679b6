import test from 'ava';
import { openToken, sealToken } from './seal-token.ts';

test('a sealed token is opened with the key that sealed it, and with no other', (t) => {
  const sealed = sealToken('a secret', 'key');
  t.is(openToken(sealed, 'key'), 'a secret');
  t.is(openToken(sealed, 'another'), null);
  t.is(openToken(`${sealed.slice(0, -2)}AA`, 'key'), null);
  t.is(openToken('', 'key'), null);
  t.notRegex(sealed, /secret/);
});
