import { createHash } from 'node:crypto';
import test from 'ava';
import {
  collectionDigest,
  readSynchronization,
  writeSynchronization,
} from './collection-synchronization.ts';

const ann = 'https://us.example/users/ann';
const bob = 'https://us.example/users/bob';
const followers = 'https://peer.example/users/eve/followers';
const whole = {
  collectionId: followers,
  url: `${followers}_synchronization`,
  digest: '0'.repeat(64),
};

test('the digest of one follower is the SHA-256 of its id, and of none is zero', (t) => {
  t.is(collectionDigest([ann]), createHash('sha256').update(ann).digest('hex'));
  t.is(collectionDigest([]), '0'.repeat(64));
});

test('the order does not change the digest, and naming one twice does not take it out', (t) => {
  t.is(collectionDigest([ann, bob]), collectionDigest([bob, ann]));
  t.is(collectionDigest([ann, ann]), collectionDigest([ann]));
  t.not(collectionDigest([ann, bob]), collectionDigest([ann]));
});

test('what is written is read back, and nonsense or another origin is not read', (t) => {
  t.deepEqual(readSynchronization(writeSynchronization(whole)), whole);
  t.is(readSynchronization(''), null);
  t.is(readSynchronization(writeSynchronization({ ...whole, digest: 'abc' })), null);
  t.is(
    readSynchronization(writeSynchronization({ ...whole, url: 'https://evil.example/x' })),
    null,
  );
  t.is(readSynchronization(`${writeSynchronization(whole)}${'x'.repeat(5000)}`), null);
});
