/** Which posts of a feed are shown as one. */
import test from 'ava';
import type { Status } from '../src/api/types.ts';
import { fold, unchanged } from '../src/features/feed/fold.ts';

type Some = {
  by?: string;
  said?: string;
  group?: string;
  at?: string;
  shares?: string;
  files?: number;
};
const AT = '2026-11-24T09:00:00.000Z';

function post(
  id: string,
  { by = 'ann', said = '<p>Hello</p>', group, at = AT, shares, files = 0 }: Some,
) {
  return {
    id,
    account: { id: by },
    content: said,
    created_at: at,
    media_attachments: Array.from({ length: files }),
    reblog: shares ? { id: shares } : null,
    mitoyen: { audience: group ? 'group' : 'company', group: group ? { id: group } : null },
  } as unknown as Status;
}

function folded(...posts: Status[]) {
  const known = new Map(posts.map((one) => [one.id, one]));
  return fold([...known.keys()], (id) => known.get(id) ?? null).map(({ id, also }) => [
    id,
    ...also,
  ]);
}

test('what one person writes into several places within minutes is one card', (t) => {
  const cards = folded(
    post('3', { group: 'lyon', at: '2026-11-24T09:04:00.000Z' }),
    post('2', { by: 'ben' }),
    post('1', {}),
  );
  t.deepEqual(cards, [['3', '1'], ['2']]);
});

test('a share and what it shares are one card, however often it is shared', (t) => {
  const cards = folded(
    post('4', { by: 'cid', shares: '1' }),
    post('3', { by: 'ben', shares: '1' }),
    post('1', {}),
  );
  t.deepEqual(cards, [['4', '3', '1']]);
});

test('the same words later, in the same place, by another or with other files stay apart', (t) => {
  const apart: Some[] = [
    { group: 'lyon', at: '2026-11-24T10:00:00.000Z' },
    {},
    { group: 'lyon', by: 'ben' },
    { group: 'lyon', files: 1 },
    { group: 'lyon', said: '<p>Hello!</p>' },
  ];
  for (const other of apart) t.is(folded(post('2', other), post('1', {})).length, 2);
  t.is(folded(post('2', { said: '', group: 'lyon' }), post('1', { said: '' })).length, 2);
});

test('cards of which nothing changed are the same objects, and so is their list', (t) => {
  const before = [
    { id: '3', also: ['1'] },
    { id: '2', also: [] },
  ];
  t.is(unchanged(before, structuredClone(before)), before);
  const now = unchanged(before, [
    { id: '4', also: [] },
    { id: '3', also: ['1'] },
    { id: '2', also: ['0'] },
  ]);
  t.is(now[1], before[0]);
  t.deepEqual(now[2], { id: '2', also: ['0'] });
  t.is(unchanged(before, before.slice(1)).length, 1);
});
