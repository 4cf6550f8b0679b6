/** People of Acme are called after another domain than their server’s, and partners believe it when both say so. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { keepBaseUrl } from '../src/platform/base-url.ts';
import type { AnyJson } from './support/boot.ts';
import { withTwoPartners } from './support/two-partners.ts';

/** The web server of the domain: it knows where the social one is, and nothing else. */
let front: Server;
let domain = '';
let forward: (path: string) => string | null = () => null;
const asked: string[] = [];

const partners = withTwoPartners(test, { federation: { mode: 'partners' } }, async () => {
  front = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const to = forward(path);
    response.writeHead(to ? 302 : 404, to ? { location: to } : {}).end();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  domain = `127.0.0.1:${(front.address() as AddressInfo).port}`;
  return { instance: { account_domain: domain } };
});
const redirect = () => {
  const { acme } = partners();
  forward = (path) => (path.startsWith('/.well-known/') ? `${acme.baseUrl}${path}` : null);
};
test.after.always(() => front?.close());

const webfinger = async (name: string, at: string) => {
  const { acme } = partners();
  const path = `/.well-known/webfinger?resource=${encodeURIComponent(`acct:${name}@${at}`)}`;
  return (await acme.request('GET', path)).json as AnyJson;
};

test.serial('WebFinger answers for both domains, and says which one people go by', async (t) => {
  redirect();
  const { acme } = partners();
  const ann = await acme.person('ann');
  for (const at of [domain, acme.kit.ownHost, domain.toUpperCase()]) {
    const found = await webfinger('ann', at);
    t.is(found.subject, `acct:ann@${domain}`, at);
    t.is(found.links.find((one: AnyJson) => one.rel === 'self').href, ann.account.iri);
  }
  t.is((await webfinger('ann', 'elsewhere.example'))?.subject, undefined);
  for (const acct of ['ann', `ann@${domain}`, `@ann@${acme.kit.ownHost}`]) {
    const path = `/api/v1/accounts/lookup?acct=${encodeURIComponent(acct)}`;
    t.is((await acme.request('GET', path, { token: ann.token })).json.id, ann.account._id, acct);
  }
  t.is((await acme.request('GET', '/api/v2/instance')).json.domain, domain);
});

test.serial(
  'a partner finds people by the other domain, calls them by it, and asks it for no more',
  async (t) => {
    const { acme, north, agree, settled } = partners();
    const before = await north.apis.accounts.resolveHandle(`ann@${domain}`);
    t.is(before, null, 'without an agreement nothing is asked');
    t.deepEqual(asked, []);
    await agree();
    const ben = await north.person('ben');
    const find = async (q: string) => {
      const path = `/api/v2/search?type=accounts&resolve=true&q=${encodeURIComponent(q)}`;
      return (await north.request('GET', path, { token: ben.token })).json.accounts[0];
    };
    const ann = await find(`@ann@${domain}`);
    t.is(ann?.acct, `ann@${domain}`);
    t.is(
      (await find(`ann@${acme.kit.ownHost}`))?.id,
      ann.id,
      'the web host leads to the same person',
    );
    t.true(asked.length > 0);
    t.true(
      asked.every((path) => path.startsWith('/.well-known/webfinger?')),
      asked.join(),
    );

    // A post to them arrives, and what they say names them so.
    const status = `hello @ann@${domain}`;
    const body = { status, visibility: 'direct' };
    const sent = await north.request('POST', '/api/v1/statuses', { token: ben.token, body });
    t.is(sent.json.mentions[0]?.acct, `ann@${domain}`);
    await settled();
    const dee = await acme.person('dee');
    const mine = await acme.apis.accounts.resolveHandle(`ben@${north.kit.ownHost}`);
    const answered = await acme.request('POST', '/api/v1/statuses', {
      token: dee.token,
      body: { status: `with @ann and @ben@${north.kit.ownHost}`, visibility: 'direct' },
    });
    t.is(answered.status, 200, answered.text);
    await settled();
    const { json: talks } = await north.request('GET', '/api/v1/conversations', {
      token: ben.token,
    });
    const names = talks.flatMap((talk: AnyJson) =>
      talk.last_status.mentions.map((one: AnyJson) => one.acct),
    );
    t.true(names.includes(`ann@${domain}`), names.join());
    t.is(mine?.domain, north.kit.ownHost, 'without another domain the host is the name');
  },
);

test.serial(
  'a domain that does not point back is not believed, nor asked where it is blocked',
  async (t) => {
    const { acme, north, admin } = partners();
    forward = () => null;
    await acme.person('eve');
    const eve = await north.apis.accounts.resolveHandle(`eve@${acme.kit.ownHost}`);
    t.is(eve?.handle, `eve@${acme.kit.ownHost}`);
    redirect();
    const path = '/api/mitoyen/v1/admin/domain_blocks';
    t.is((await admin(north, 'POST', path, { domain })).status, 200);
    await acme.person('fay');
    const [before, fay] = [
      asked.length,
      await north.apis.accounts.resolveHandle(`fay@${acme.kit.ownHost}`),
    ];
    t.is(fay?.handle, `fay@${acme.kit.ownHost}`);
    t.is(asked.length, before);
  },
);

test.serial('the domain is kept at the first start and refused when it changes', async (t) => {
  const { acme, north } = partners();
  const { baseUrl } = acme;
  await t.notThrowsAsync(keepBaseUrl(acme.kit.mongo, { baseUrl, accountDomain: domain }));
  await t.throwsAsync(keepBaseUrl(acme.kit.mongo, { baseUrl, accountDomain: 'other.example' }), {
    message: /known as @name@127\.0\.0\.1:\d+, but instance\.account_domain makes it @name@other/,
  });
  // A server that was started before there was such a setting.
  const meta = north.kit.mongo.collection<{ _id: string }>('meta');
  await meta.updateOne({ _id: 'instance' }, { $unset: { accountDomain: '' } });
  const facts = { baseUrl: north.baseUrl, accountDomain: north.kit.ownHost };
  await t.notThrowsAsync(keepBaseUrl(north.kit.mongo, facts));
  await t.throwsAsync(keepBaseUrl(north.kit.mongo, { ...facts, accountDomain: 'new.example' }), {
    message: /can never change/,
  });
});
