import test from 'ava';
import { conversationKey, messageOrder, orderFloor, writtenAt } from './message.ts';

test('the same people have the same conversation, in whatever order they are named', (t) => {
  t.is(conversationKey(['b', 'a', 'b']), conversationKey(['a', 'b']));
  t.not(conversationKey(['a', 'b']), conversationKey(['a', 'b', 'c']));
});

test('an answer within the same second comes after what it answers, though its time has no milliseconds', (t) => {
  const question = messageOrder(5_900, '01A');
  const answer = messageOrder(5_000, '01B');
  t.true(answer > question);
});

test('what comes late keeps the place of its time', (t) => {
  t.true(messageOrder(3_000, '01Z') < messageOrder(5_000, '01A'));
});

test('the floor of a moment is before every message of its second', (t) => {
  t.true(orderFloor(5_900) < messageOrder(5_000, '00'));
  t.true(orderFloor(5_000) > messageOrder(4_999, 'ZZ'));
});

test('a message from the future counts as written now', (t) => {
  t.is(writtenAt(9_000, 5_000), 5_000);
  t.is(writtenAt(4_000, 5_000), 4_000);
});
