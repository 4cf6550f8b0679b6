import test from 'ava';
import { checkLink, isOpen, type LinkKey, linkEnd, signFile } from './file-link.ts';

const HOUR = 3600_000;
const now = Date.UTC(2026, 0, 1, 12, 30);
const key: LinkKey = { _id: 'k1', secret: Buffer.alloc(32, 7).toString('base64'), createdAt: 0 };
const other: LinkKey = { ...key, _id: 'k2', secret: Buffer.alloc(32, 8).toString('base64') };

function signedOf(query: string) {
  const found = new URLSearchParams(query);
  const part = (name: string) => found.get(name) ?? '';
  return { expires: part('e'), key: part('k'), signature: part('s') };
}

test('a link is good for its file until its end', (t) => {
  const signed = signedOf(signFile('A.webp', now + HOUR, key));
  t.is(checkLink('A.webp', signed, [other, key], now), HOUR);
  t.is(checkLink('A.webp', signed, [key], now + HOUR), null);
  t.is(checkLink('A-small.webp', signed, [key], now), null);
});

test('a link with another end, key or signature is none', (t) => {
  const signed = signedOf(signFile('A.webp', now + HOUR, key));
  const later = signedOf(signFile('A.webp', now + 2 * HOUR, key)).expires;
  t.is(checkLink('A.webp', { ...signed, expires: later }, [key], now), null);
  t.is(checkLink('A.webp', { ...signed, expires: 'x'.repeat(11) }, [key], now), null);
  t.is(checkLink('A.webp', { ...signed, key: 'k2' }, [key, other], now), null);
  t.is(checkLink('A.webp', signed, [other], now), null);
  for (const signature of ['', 'AAAA', `${signed.signature}AAAA`])
    t.is(checkLink('A.webp', { ...signed, signature }, [key], now), null);
});

test('links of one period are equal and good for at least one more', (t) => {
  const end = linkEnd(now, HOUR);
  t.is(end, Date.UTC(2026, 0, 1, 14));
  t.is(linkEnd(now + HOUR / 4, HOUR), end);
  t.is(linkEnd(now + HOUR / 2, HOUR), end + HOUR);
});

test('profile pictures and emojis are open, attachments when their post is', (t) => {
  t.true(isOpen({ purpose: 'avatar' }));
  t.true(isOpen({ purpose: 'emoji' }));
  t.false(isOpen({ purpose: 'attachment' }));
  t.true(isOpen({ purpose: 'attachment', open: true }));
});
