import { generateRsaKeys } from '@mitoyen/federation';
import test from 'ava';
import type { Apis } from '../apis.ts';
import { createRemoteKeys } from './remote-keys.ts';

test('of a burst by somebody new every request finds the key that one of them had fetched', async (t) => {
  const { publicPem } = await generateRsaKeys();
  const iri = 'https://north.example/users/yusuf';
  const keyId = `${iri}#main-key`;
  const account = {
    iri,
    state: 'active',
    publicKeys: [{ id: keyId, pem: publicPem }],
    assertionKeys: [],
  };
  const burst = 20;
  let looks = 0;
  let fetches = 0;
  const accounts = {
    // All of them look before the account is stored, and again after.
    byIri: async () => {
      looks += 1;
      return looks <= burst ? null : account;
    },
    resolveIri: async () => {
      fetches += 1;
      return account;
    },
  };
  const keys = createRemoteKeys({
    apis: { accounts } as unknown as Apis,
    remote: {} as never,
    ownHost: 'acme.example',
  });
  const all = Array.from({ length: burst }, () => keys.find(keyId, { refresh: false }));
  t.true((await Promise.all(all)).every((found) => found?.owner === iri));
  t.is(fetches, 0);
});
