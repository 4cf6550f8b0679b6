import { readActivity } from '@mitoyen/federation';
import test from 'ava';
import { buildFlag, readFlag } from './flag-activity.ts';

test('a Flag names the account first, and arrives with its words', (t) => {
  const flag = buildFlag({
    id: 'https://us.example/reports/1',
    reporter: 'https://us.example/users/reports',
    target: 'https://them.example/users/bob',
    posts: ['https://them.example/posts/1'],
    comment: 'Not nice',
  });
  const read = readActivity(JSON.stringify(flag));
  if (read.kind !== 'ok') return t.fail(read.reason);
  t.deepEqual(readFlag(read.activity), {
    ids: ['https://them.example/users/bob', 'https://them.example/posts/1'],
    comment: 'Not nice',
  });
  t.is(flag.actor, 'https://us.example/users/reports');
});

test('a hostile Flag is cut to size', (t) => {
  const { ids, comment } = readFlag({
    type: 'Flag',
    object: [...Array(500).keys()].map((one) => `https://us.example/posts/${one}`),
    content: `<b>${'x'.repeat(9000)}</b><script>alert(1)</script>`,
  });
  t.is(ids.length, 51);
  t.true(comment.length <= 3000);
  t.false(comment.includes('<'));
});

test('a Flag without sense has no ids and no words', (t) => {
  t.deepEqual(readFlag({ type: 'Flag', object: 7, content: { a: 1 } }), { ids: [], comment: '' });
});
