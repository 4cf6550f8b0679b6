import test from 'ava';
import { DEFAULT_POLICY, judge, type SenderFacts } from './policy.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const stranger: SenderFacts = {
  staff: false,
  createdAt: 0,
  followed: false,
  followsSince: null,
  limited: false,
  suspended: false,
  permitted: false,
};
const mention = { type: 'mention', direct: false, answer: false } as const;

test('nothing is held back until somebody wants it so', (t) => {
  t.is(judge(DEFAULT_POLICY, mention, stranger, NOW), 'accept');
});

test('a stranger is held back; who is followed, accepted, on the staff or answers is not', (t) => {
  const policy = { ...DEFAULT_POLICY, for_not_following: 'filter' } as const;
  t.is(judge(policy, mention, stranger, NOW), 'filter');
  for (const more of [{ followed: true }, { staff: true }, { permitted: true }])
    t.is(judge(policy, mention, { ...stranger, ...more }, NOW), 'accept');
  t.is(judge(policy, { ...mention, answer: true }, stranger, NOW), 'accept');
  t.is(judge(policy, { ...mention, type: 'poll' }, stranger, NOW), 'accept');
});

test('a follower of three days is no stranger, and an account of a month is not new', (t) => {
  const followers = { ...DEFAULT_POLICY, for_not_followers: 'filter' } as const;
  const since = (days: number) => ({ ...stranger, followsSince: NOW - days * DAY });
  t.is(judge(followers, mention, since(2), NOW), 'filter');
  t.is(judge(followers, mention, since(4), NOW), 'accept');
  const fresh = { ...DEFAULT_POLICY, for_new_accounts: 'drop' } as const;
  t.is(judge(fresh, mention, { ...stranger, createdAt: NOW - 5 * DAY }, NOW), 'drop');
  t.is(judge(fresh, mention, { ...stranger, createdAt: NOW - 31 * DAY }, NOW), 'accept');
});

test('who is at a silenced server waits for a look, whatever it is, unless they are followed', (t) => {
  const limited = { ...stranger, limited: true };
  const invitation = { ...mention, type: 'mitoyen.group_invite' } as const;
  for (const one of [mention, invitation]) {
    t.is(judge(DEFAULT_POLICY, one, limited, NOW), 'filter');
    t.is(judge({ ...DEFAULT_POLICY, for_limited_accounts: 'drop' }, one, limited, NOW), 'drop');
    t.is(judge({ ...DEFAULT_POLICY, for_limited_accounts: 'accept' }, one, limited, NOW), 'accept');
    t.is(judge(DEFAULT_POLICY, one, { ...limited, followed: true }, NOW), 'accept');
    t.is(judge(DEFAULT_POLICY, one, { ...limited, permitted: true }, NOW), 'accept');
    t.is(judge(DEFAULT_POLICY, one, { ...limited, permitted: true, suspended: true }, NOW), 'drop');
  }
});

test('the strictest choice counts', (t) => {
  const policy = {
    ...DEFAULT_POLICY,
    for_not_following: 'filter',
    for_private_mentions: 'drop',
  } as const;
  t.is(judge(policy, mention, stranger, NOW), 'filter');
  t.is(judge(policy, { ...mention, direct: true }, stranger, NOW), 'drop');
});
