import test from 'ava';
import {
  hostMeta,
  nodeinfoDocument,
  nodeinfoIndex,
  readWebfinger,
  resourceHost,
  webfingerDocument,
} from './discovery.ts';
import type { JsonObject } from './json.ts';

const iri = 'https://us.example/users/ann';
const ours = webfingerDocument({
  username: 'ann',
  domain: 'us.example',
  iri,
  url: 'https://us.example/@ann',
});
const read = (json: JsonObject, resource = 'acct:ann@us.example') =>
  readWebfinger(json, { resource });
const self = (href: unknown, type = 'application/activity+json') => [{ rel: 'self', type, href }];

test('what we write about a person, another server reads, by handle and by address', (t) => {
  const found = { actor: iri, username: 'ann', domain: 'us.example' };
  t.deepEqual(read(ours), found);
  t.deepEqual(read(ours, 'acct:ANN@us.example'), found);
  t.deepEqual(read(ours, iri), found);
  t.deepEqual(read(ours, 'https://us.example/@ann'), found);
});

test('a handle of another domain than was asked is told as the claim that it is', (t) => {
  const answer = { subject: 'acct:ann@Example.COM', links: self('https://web.example/users/ann') };
  t.deepEqual(read(answer, 'acct:ann@web.example'), {
    actor: 'https://web.example/users/ann',
    username: 'ann',
    domain: 'example.com',
  });
});

test('an answer about somebody else, or without an actor, is none', (t) => {
  const subject = 'acct:ann@us.example';
  for (const json of [
    {},
    { subject },
    { subject, links: [] },
    { subject, links: 'x' },
    { subject: 'ann', links: self(iri) },
    { subject: 'acct:ann@us.example/x', links: self(iri) },
    { subject, links: self('javascript:1') },
    { subject, links: self(iri, 'text/html') },
    { subject, links: [{ rel: 'self', type: 'application/activity+json' }] },
  ])
    t.is(read(json), null, JSON.stringify(json));
  t.is(read({ subject: 'acct:v@victim.example', links: self('https://evil.example/u') }), null);
});

test('a malformed link or alias does not spoil the others, and too many spoil all', (t) => {
  const odd = { toString: 1, valueOf: 1 };
  const answer = {
    ...ours,
    aliases: [odd, null],
    links: [odd, null, 'x', ...(ours.links as unknown[])],
  };
  t.is(read(answer)?.actor, iri);
  t.is(read({ ...ours, aliases: 'x' })?.actor, iri);
  t.is(read({ ...ours, subject: odd }), null);
  t.is(read({ ...ours, links: Array.from({ length: 1000 }, () => self(iri)[0]) }), null);
});

test('long hostile answers and names take no long time (CVE-2025-68475)', (t) => {
  for (const unit of ['a', '@', 'acct:', 'acct:a@', '.', '-', '%41', 'https://', 'a.', '[', '/@']) {
    const long = unit.repeat(500_000 / unit.length);
    const links = Array.from({ length: 40 }, () => ({ rel: long, type: long, href: long }));
    const started = performance.now();
    for (const subject of [long, `acct:${long}`, `acct:${long}@us.example`, `https://${long}`]) {
      read({ subject, aliases: [long], links });
      read({ ...ours, links: [...links, ...self(long)] }, subject);
      resourceHost(subject);
    }
    const took = performance.now() - started;
    t.true(took < 4_000, `${unit}: ${Math.round(took)} ms`);
  }
});

test('the host of a handle or an address', (t) => {
  t.is(resourceHost('acct:ann@US.example'), 'us.example');
  t.is(resourceHost('https://us.example:8443/users/ann'), 'us.example:8443');
  t.is(resourceHost('nonsense'), null);
});

test('host-meta and NodeInfo say where to look and what runs here', (t) => {
  t.regex(
    hostMeta('https://us.example'),
    /template="https:\/\/us\.example\/\.well-known\/webfinger\?resource=\{uri\}"/,
  );
  t.regex(JSON.stringify(nodeinfoIndex('https://us.example')), /nodeinfo\/2\.1/);
  t.like(
    nodeinfoDocument({
      version: '1.0.0',
      openRegistrations: false,
      users: { total: 3 },
      name: 'Us',
      description: '',
    }),
    {
      version: '2.1',
      protocols: ['activitypub'],
      usage: { users: { total: 3 } },
      openRegistrations: false,
    },
  );
});
