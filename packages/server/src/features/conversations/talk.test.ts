import test from 'ava';
import { changeText, takesPart } from './talk.ts';

test('who left may still have said something before, and who never was there nothing', (t) => {
  const talk = {
    participants: ['ann', 'bo'],
    people: { ann: { in: true, at: 1 }, bo: { in: true, at: 1 }, cy: { in: false, at: 5 } },
  };
  t.true(takesPart(talk, 'ann', 9));
  t.true(takesPart(talk, 'cy', 4));
  t.false(takesPart(talk, 'cy', 6));
  t.false(takesPart(talk, 'eve', 1));
});

test('a change is said in the language of who makes it', (t) => {
  const by = { displayName: 'Ann', username: 'ann' };
  const facts = { name: 'Pilot', people: ['Bo', 'Cy'] };
  t.is(changeText({ ...by, language: 'en' }, 'added', facts), 'Ann added Bo, Cy');
  t.is(
    changeText({ ...by, language: 'fr-CH' }, 'named', facts),
    'Ann a nommé cette discussion « Pilot »',
  );
});
