import test from 'ava';
import { parseForm } from './body.ts';
import { createClientIp } from './server.ts';

test('forms carry lists and objects as the Mastodon API writes them', (t) => {
  t.deepEqual(
    parseForm('media_ids[]=1&media_ids[]=2&poll[options][]=a&poll[options][]=b&status=x+y'),
    {
      media_ids: ['1', '2'],
      poll: { options: ['a', 'b'] },
      status: 'x y',
    },
  );
});

function context(remoteAddress: string, forwarded: string) {
  return { req: { socket: { remoteAddress } }, get: () => forwarded } as never;
}

test('X-Forwarded-For is believed from trusted proxies only', (t) => {
  const clientIp = createClientIp(['10.0.0.0/8', '::1/128']);
  t.is(clientIp(context('203.0.113.9', '198.51.100.1')), '203.0.113.9');
  t.is(clientIp(context('::ffff:10.1.1.1', '198.51.100.1')), '198.51.100.1');
  t.is(clientIp(context('10.1.1.1', '6.6.6.6, 198.51.100.1, 10.2.2.2')), '198.51.100.1');
  t.is(clientIp(context('10.1.1.1', 'nonsense')), '10.1.1.1');
});
