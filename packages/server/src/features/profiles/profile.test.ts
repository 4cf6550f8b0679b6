import test from 'ava';
import { maySee, searchKeys } from './profile.ts';

test('a field is for colleagues until its owner says otherwise', (t) => {
  const profile = { visibility: { phone: 'me', jobTitle: 'everyone' } } as const;
  t.true(maySee(profile, 'skills', 'colleague'));
  t.false(maySee(profile, 'skills', 'other'));
  t.true(maySee(profile, 'jobTitle', 'other'));
  t.false(maySee(profile, 'phone', 'colleague'));
  t.true(maySee(profile, 'phone', 'self'));
});

test('nobody is found by what they keep to themselves', (t) => {
  const values = { skills: ['Welding ', 'welding', 'CAD'], department: 'Works  Lyon' };
  t.deepEqual(searchKeys({ values, visibility: {} }), {
    skillKeys: ['welding', 'cad'],
    departmentKey: 'works lyon',
  });
  t.deepEqual(searchKeys({ values, visibility: { skills: 'me', department: 'me' } }), {
    skillKeys: [],
  });
});
