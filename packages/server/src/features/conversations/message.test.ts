import test from 'ava';
import { conversationKey } from './message.ts';

test('the same people have the same conversation, in whatever order they are named', (t) => {
  t.is(conversationKey(['b', 'a', 'b']), conversationKey(['a', 'b']));
  t.not(conversationKey(['a', 'b']), conversationKey(['a', 'b', 'c']));
});
