/** New keys, while both servers run: nothing is lost, and the other side learns them. */
import test from 'ava';
import { type Client, eventually, federate, type Instance, type Json } from '../src/index.ts';
import { withTwoCompanies } from './two-companies.ts';

let acme: Instance;
let northwind: Instance;
let leo: Client;
let marta: Client;

withTwoCompanies(test, async (both) => {
  ({ acme, northwind } = both);
  [leo, marta] = await Promise.all([acme.person('leo'), northwind.person('marta')]);
  await federate(acme, northwind);
  const [found] = await marta.get(`/api/v1/accounts/search?resolve=true&q=leo@${acme.host}`);
  await marta.post(`/api/v1/accounts/${found.id}/follow`);
  await eventually('leo has a follower', async () => {
    const [relation] = await marta.get(`/api/v1/accounts/relationships?id[]=${found.id}`);
    return relation?.following;
  });
  await arrives('before the change');
});

/** A post of leo's that his follower elsewhere reads. */
async function arrives(text: string): Promise<Json> {
  return eventually(
    `"${text}" arrives`,
    async () => {
      const statuses: Json[] = await marta.get('/api/v1/timelines/home');
      const found = statuses.find((status) => status.content.includes(text));
      if (!found && !posted.has(text)) {
        posted.add(text);
        await leo.post('/api/v1/statuses', { status: text });
      }
      return found;
    },
    { within: 25_000 },
  );
}
const posted = new Set<string>();

test.serial('keys of a person are replaced, and the next post arrives as ever', async (t) => {
  const [rotated] = JSON.parse(await acme.cli('keys', 'rotate', 'leo', '--json'));
  t.is(rotated.key, `${acme.baseUrl}/users/leo#main-key-2`);
  t.truthy(rotated.grace_until);
  t.truthy(await arrives('after the change'));
});

test.serial('twice, and without a grace, as well', async (t) => {
  const out = await acme.cli('keys', 'rotate', 'leo', '--compromised');
  t.regex(out, /main-key-3.*count no more/);
  t.truthy(await arrives('after the theft'));
});

test.serial('keys of the server itself are replaced, and partners go on talking', async (t) => {
  t.regex(await acme.cli('keys', 'rotate', '--instance'), /\/actor#main-key-2/);
  const actor = await acme.request('GET', '/actor', {
    headers: { accept: 'application/activity+json' },
  });
  t.is(actor.json.publicKey.id, `${acme.baseUrl}/actor#main-key-2`);
  t.is(actor.json.assertionMethod.length, 3, 'the new one for proofs, and both old ones');
  // Somebody whom acme has never seen: asked for with the new key.
  const ines = await northwind.person('ines');
  t.truthy(ines);
  const [found] = await eventually('a signed GET with the new key is answered', async () => {
    const list: Json[] = await leo.get(
      `/api/v1/accounts/search?resolve=true&q=ines@${northwind.host}`,
    );
    return list.length > 0 && list;
  });
  t.is(found?.username, 'ines');
  await northwind.cli('partner', 'pause', acme.host);
  await northwind.cli('partner', 'resume', acme.host);
  t.truthy(await arrives('after the server changed its keys'));
});

test.serial('all at once, in one command', async (t) => {
  const all: Json[] = JSON.parse(await acme.cli('keys', 'rotate', '--all', '--json'));
  t.deepEqual(all.map(({ actor }) => new URL(actor).pathname).toSorted(), [
    '/actor',
    '/users/admin',
    '/users/amina',
    '/users/leo',
  ]);
  t.truthy(await arrives('after all changed'));
});

test.serial('a name that is not here, and a use that means nothing, are told so', async (t) => {
  await t.throwsAsync(acme.cli('keys', 'rotate', 'nobody'), { message: /no person or group/ });
  await t.throwsAsync(acme.cli('keys', 'rotate'), { message: /--all, --instance/ });
  await t.throwsAsync(acme.cli('keys', 'rotate', 'leo', '--grace-days', '900'), {
    message: /1 to 60/,
  });
});
