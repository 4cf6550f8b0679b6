import test from 'ava';
import { groupUsername } from './group-username.ts';

test('a group name becomes a user name without accents, spaces and signs', (t) => {
  t.is(groupUsername('Projet Été 2026'), 'projet_ete_2026');
  t.is(groupUsername('  R&D / Hamburg! '), 'r_d_hamburg');
  t.is(groupUsername('already_fine'), 'already_fine');
});

test('a long name is cut, and never ends with a joint', (t) => {
  const made = groupUsername(`${'a'.repeat(29)} bcd`);
  t.is(made, 'a'.repeat(29));
});

test('a name without any letter that fits gives nothing', (t) => {
  t.is(groupUsername('日本'), '');
  t.is(groupUsername('!!!'), '');
});
