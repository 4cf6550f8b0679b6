import test from 'ava';
import { iriHost, normaliseHost, parseIri, sameIri, sameOrigin, withoutFragment } from './iri.ts';

test('an IRI is normalised once: scheme, host, punycode, default port, trailing dot', (t) => {
  const normal = (value: string) => parseIri(value);
  t.is(normal('HTTPS://A.Example/Users/Ann'), 'https://a.example/Users/Ann');
  t.is(normal('https://bücher.example/x'), 'https://xn--bcher-kva.example/x');
  t.is(normal('https://a.example./x'), 'https://a.example/x');
  t.is(normal('https://a.example:443/x'), 'https://a.example/x');
  t.is(normal('http://a.example:80/x'), 'http://a.example/x');
  t.is(normal('https://a.example:8443/x'), 'https://a.example:8443/x');
  t.is(normal('https://a.example'), 'https://a.example/');
  t.is(normal('https://ａ.example/'), 'https://a.example/');
});

test('path, query and fragment stay as they are', (t) => {
  t.is(parseIri('https://a.example/A%2fb?Q=1#Main-Key'), 'https://a.example/A%2fb?Q=1#Main-Key');
  t.is(withoutFragment('https://a.example/u#main-key'), 'https://a.example/u');
  t.is(withoutFragment('https://a.example/u'), 'https://a.example/u');
});

test('what is no absolute http(s) address is no IRI', (t) => {
  const none: unknown[] = [
    undefined,
    null,
    1,
    {},
    ['https://a.example/'],
    '',
    'acct:ann@a.example',
    'ftp://a.example/',
    'javascript:alert(1)',
    '//a.example/x',
    '/users/ann',
    'https://',
    'https://./x',
    'https://user@a.example/',
    'https://user:pass@a.example/',
    'https://a.exa\nmple/',
    'https://a.example\\@b.example/',
    'https://a.example/\u0000',
    `https://a.example/${'x'.repeat(2048)}`,
  ];
  for (const value of none) t.is(parseIri(value), null, String(value).slice(0, 60));
});

test('a host that only begins like ours is another origin', (t) => {
  t.false(sameOrigin('https://us.example/1', 'https://us.example.evil/1'));
  t.false(sameOrigin('https://us.example/1', 'https://us.example:8443/1'));
  t.false(sameOrigin('https://us.example/1', 'http://us.example/1'));
  t.false(sameOrigin('https://us.example/1', 'nonsense'));
  t.true(sameOrigin('https://us.example/1', 'https://US.example.:443/2'));
});

test('IRIs are the same after normalisation, and nothing equals what is none', (t) => {
  t.true(sameIri('https://A.example/x', 'https://a.example:443/x'));
  t.false(sameIri('https://a.example/x', 'https://a.example/X'));
  t.false(sameIri('nonsense', 'nonsense'));
});

test('the host of an IRI carries a port that is not the usual one', (t) => {
  t.is(iriHost('https://A.example:443/x'), 'a.example');
  t.is(iriHost('http://localhost:3000/x'), 'localhost:3000');
  t.throws(() => iriHost('nonsense'), { instanceOf: TypeError });
});

test('a host name as people type it becomes its normal form', (t) => {
  t.is(normaliseHost(' Bücher.Example. '), 'xn--bcher-kva.example');
  t.is(normaliseHost('a.example:443'), 'a.example');
  t.is(normaliseHost('a.example:3000'), 'a.example:3000');
  for (const text of ['', 'a b', 'a.example/x', 'user@a.example', 'a?b', 'a#b', 'a\\b', '..'])
    t.is(normaliseHost(text), null, text);
});
