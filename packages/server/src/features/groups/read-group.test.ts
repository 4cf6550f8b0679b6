import { readCollection } from '@mitoyen/federation';
import test from 'ava';
import { readGroupSettings } from './read-group.ts';

const actor = (more: object) => ({ id: 'https://b.example/groups/g', type: 'Group', ...more });

test('accessType tells the access, approval alone means closed', (t) => {
  t.is(readGroupSettings(actor({ 'sm:accessType': 'private' })).access, 'secret');
  t.is(readGroupSettings(actor({ accessType: 'closed' })).access, 'closed');
  t.is(
    readGroupSettings(actor({ accessType: 'open', manuallyApprovesFollowers: true })).access,
    'open',
  );
  t.is(readGroupSettings(actor({ manuallyApprovesFollowers: true })).access, 'closed');
  t.is(readGroupSettings(actor({})).access, 'open');
});

test('moderators at another origin than the group are not believed', (t) => {
  const own = readGroupSettings(actor({ attributedTo: 'https://b.example/groups/g/moderators' }));
  t.is(own.moderatorsIri, 'https://b.example/groups/g/moderators');
  t.is(
    readGroupSettings(actor({ attributedTo: 'https://evil.example/m' })).moderatorsIri,
    undefined,
  );
});

test('a collection is read with its items, and with an embedded or linked first page', (t) => {
  const page = {
    orderedItems: ['https://b.example/u/1', { id: 'https://b.example/u/2' }, 7],
    next: 'https://b.example/p2',
  };
  t.deepEqual(readCollection(page), {
    items: ['https://b.example/u/1', 'https://b.example/u/2'],
    next: 'https://b.example/p2',
    total: null,
  });
  t.deepEqual(readCollection({ totalItems: 2, first: page }), {
    items: ['https://b.example/u/1', 'https://b.example/u/2'],
    next: 'https://b.example/p2',
    total: 2,
  });
  t.is(readCollection({ first: 'https://b.example/p1' }).next, 'https://b.example/p1');
});
