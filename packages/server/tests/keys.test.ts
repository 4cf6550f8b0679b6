/** New keys: what the old ones still do in their grace, and how another server learns the new ones. */
import { createPrivateKey } from 'node:crypto';
import {
  createProof,
  generateEd25519Keys,
  generateRsaKeys,
  readMultibase,
  signRequest,
  toMultibase,
  verifyProof,
} from '@mitoyen/federation';
import test from 'ava';
import { createPeer, type Peer } from './support/peer.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
let peer: Peer;
test.before(async () => {
  peer = await createPeer();
});
test.after.always(() => peer?.stop());

const WEEK = 7 * 24 * 3600_000;
const ACTIVITY = 'application/activity+json';
type Keys = { id: string; rsa: string; ed25519: string };

/** The private keys of one of acme's people, as a thief would have them. */
async function stolen(account: { _id: string }): Promise<Keys> {
  const { kit, apis } = apps().acme;
  const row = await kit.mongo
    .collection<{ _id: string; rsa: string; ed25519: string }>('keys')
    .findOne({ _id: account._id });
  const { rsa } = await apis.accounts.signingKeys(account._id);
  return { id: rsa.id, rsa: row?.rsa ?? '', ed25519: row?.ed25519 ?? '' };
}

/** Whether north takes a GET that is signed with this key. */
async function isTaken({ id, rsa }: Keys): Promise<boolean> {
  const { north } = apps();
  const url = `${north.baseUrl}/users/marta`;
  const headers = signRequest({
    method: 'GET',
    url,
    keyId: id,
    privateKey: createPrivateKey(rsa),
    now: Date.now(),
    scheme: 'cavage',
  });
  const { status } = await north.request('GET', url, { headers: { ...headers, accept: ACTIVITY } });
  return status === 200;
}

/** What north knows of an actor, read from its origin. */
async function learn(iri: string) {
  const known = await apps().north.apis.accounts.resolveIri(iri, { refresh: true });
  if (!known) throw new Error('it cannot be learnt');
  return known;
}

test.serial('the old key of a person counts for the grace, the new one at once', async (t) => {
  const { acme, north } = apps();
  await north.person('marta');
  const { account } = await acme.person('ann');
  await learn(account.iri);
  const old = await stolen(account);
  const rotated = await acme.apis.accounts.rotateKeys(account._id, WEEK);
  const now = await stolen(account);
  t.is(now.id, rotated.key);
  t.not(now.rsa, old.rsa);
  t.true(await isTaken(now), 'unknown there: looked for once at its origin');
  t.true(await isTaken(old));
  const document = await acme.apis.accounts.actorDocument(
    (await acme.apis.accounts.get(account._id)) ?? account,
  );
  t.like(document.publicKey, { id: now.id }, 'one key alone, which every server can read');
});

test.serial('a proof made with the old key holds in the grace, and not after it', async (t) => {
  const { acme } = apps();
  const { account } = await acme.person('cleo');
  const old = await stolen(account);
  const proved = createProof(
    { id: `${account.iri}/1`, type: 'Note', attributedTo: account.iri, content: 'hello' },
    {
      verificationMethod: `${account.iri}#ed25519-key`,
      privateKey: createPrivateKey(old.ed25519),
      created: new Date().toISOString(),
    },
  );
  const holds = async () => {
    const known = await learn(account.iri);
    const verdict = await verifyProof(proved, {
      findKey: async (method) => {
        const key = known.assertionKeys.find(({ id }) => id === method);
        return key ? { controller: known.iri, multibase: key.multibase } : null;
      },
    });
    return verdict.ok;
  };
  await acme.apis.accounts.rotateKeys(account._id, WEEK);
  t.true(await holds());
  await acme.kit.mongo.collection<{ _id: string }>('accounts').updateOne(
    { _id: account._id },
    {
      $set: { 'assertionKeys.1.until': Date.now() - 1, 'assertionKeys.2.until': Date.now() - 1 },
    },
  );
  t.false(await holds());
  t.is((await learn(account.iri)).assertionKeys.length, 1);
});

test.serial('without a grace the old key counts no more', async (t) => {
  const { acme } = apps();
  const { account } = await acme.person('dora');
  await learn(account.iri);
  const old = await stolen(account);
  await acme.apis.accounts.rotateKeys(account._id, 0);
  await learn(account.iri);
  t.false(await isTaken(old));
  t.true(await isTaken(await stolen(account)));
});

test.serial(
  'a rotation that was cut short signs with what is published, and is taken up again',
  async (t) => {
    const { acme } = apps();
    const { account } = await acme.person('finn');
    const before = await stolen(account);
    await acme.apis.accounts.rotateKeys(account._id, WEEK);
    const after = await stolen(account);
    const shown = await acme.apis.accounts.get(account._id);
    const keys = acme.kit.mongo.collection<{ _id: string; next?: unknown }>('keys');
    const next = {
      rsa: after.rsa,
      ed25519: after.ed25519,
      serial: 2,
      createdAt: Date.now(),
      public: {
        publicKeys: shown?.publicKeys,
        assertionKeys: shown?.assertionKeys.slice(0, 1),
      },
    };
    // As if it had stopped when the account showed them.
    await keys.updateOne({ _id: account._id }, {
      $set: { rsa: before.rsa, ed25519: before.ed25519, next },
      $unset: { serial: '' },
    } as never);
    const signing = await acme.apis.accounts.signingKeys(account._id, { fresh: true });
    t.is(signing.rsa.id, after.id);
    t.is(signing.rsa.key.export({ type: 'pkcs8', format: 'pem' }), after.rsa);
    t.is((await acme.apis.accounts.rotateKeys(account._id, WEEK)).key, after.id);
    t.is((await keys.findOne({ _id: account._id }))?.next, undefined);
  },
);

test.serial('the keys of a group are replaced, and its members’ servers are told', async (t) => {
  const { acme, north, settled } = apps();
  const ann = await acme.person('gina');
  const bo = await north.person('bo');
  const groups = '/api/mitoyen/v1/groups';
  const body = { name: 'keyed', access: 'open', partners: 'all' };
  const made = (await acme.request('POST', groups, { token: ann.token, body })).json;
  const handle = encodeURIComponent(`keyed@${acme.kit.ownHost}`);
  const copy = (
    await north.request('GET', `${groups}/lookup?handle=${handle}`, { token: bo.token })
  ).json;
  await north.request('POST', `${groups}/${copy.id}/join`, { token: bo.token });
  await settled();
  const { key } = await acme.apis.accounts.rotateKeys(made.id, WEEK);
  await settled();
  const known = await north.apis.accounts.get(copy.id);
  t.is(known?.publicKeys[0]?.id, key);
  t.is(known?.assertionKeys.length, 3);
});

test.serial(
  'for a signature that fails its actor is asked once, and a forger cannot make us ask forever',
  async (t) => {
    const { north } = apps();
    const bob = peer.person('bob');
    const path = '/users/bob';
    const asked = () => peer.asked.get(path) ?? 0;
    const rsa = await generateRsaKeys();
    const forge = (n: number) =>
      isTaken({ id: `${bob.iri}#key-${n}`, rsa: rsa.privatePem, ed25519: '' });
    const url = `${north.baseUrl}/users/marta`;
    t.is((await peer.signed('GET', url, bob)()).status, 200);
    t.is(asked(), 1);
    t.false(await isTaken({ id: `${bob.iri}#main-key`, rsa: rsa.privatePem, ed25519: '' }));
    t.is(asked(), 2, 'once more for the failure');
    t.is(
      (await peer.signed('GET', url, bob, { now: Date.now() + 2000 })()).status,
      200,
      'the owner is not locked out',
    );
    for (let n = 0; n < 20; n += 1) t.false(await forge(n));
    t.true(asked() <= 6, `asked ${asked()} times`);
  },
);

test('keys of both kinds are written and read as Multikeys', async (t) => {
  const rsa = await generateRsaKeys();
  const { publicMultibase } = generateEd25519Keys();
  const key = createPrivateKey(rsa.privatePem);
  const [jwk] = [key.export({ format: 'jwk' })];
  const { createPublicKey } = await import('node:crypto');
  const multibase = toMultibase(createPublicKey(key));
  t.regex(multibase, /^z4MX/);
  t.is(readMultibase(multibase)?.export({ format: 'jwk' }).n, jwk.n);
  t.is(readMultibase(publicMultibase)?.asymmetricKeyType, 'ed25519');
  t.is(readMultibase(`${multibase.slice(0, -40)}`), null);
});
