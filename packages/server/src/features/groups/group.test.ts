import test from 'ava';
import {
  admitsAnybody,
  admitsHost,
  decideJoin,
  type Group,
  type GroupAccess,
  type GroupRole,
  isFindable,
  isKnownAt,
  type MembershipState,
  mayAdminister,
  mayInvite,
  mayKnow,
  mayLookInside,
  mayModerate,
  mayPost,
  mayRemove,
  reachOf,
  type Standing,
} from './group.ts';

const group = (
  access: GroupAccess,
  more: Partial<Pick<Group, 'deletedAt' | 'postingRestricted' | 'partners'>> = {},
) => ({
  access,
  partners: 'all' as const,
  postingRestricted: false,
  ...more,
});
const who = (insider: boolean, state?: MembershipState, role: GroupRole = 'member'): Standing => ({
  insider,
  membership: state ? { state, role } : null,
});
const STATES: (MembershipState | undefined)[] = [
  undefined,
  'invited',
  'requested',
  'member',
  'rejected',
  'ended',
];

test('a secret group is known to members and invited people only', (t) => {
  const known = STATES.filter((state) => mayKnow(group('secret'), who(true, state)));
  t.deepEqual(known, ['invited', 'member']);
});

test('a closed group is known to insiders, and to outsiders only by membership, invitation or request', (t) => {
  t.true(STATES.every((state) => mayKnow(group('closed'), who(true, state))));
  const known = STATES.filter((state) => mayKnow(group('closed'), who(false, state)));
  t.deepEqual(known, ['invited', 'requested', 'member']);
});

test('an open group is known to everybody where every company may come in, else to insiders', (t) => {
  t.true(STATES.every((state) => mayKnow(group('open'), who(false, state))));
  for (const partners of [[], ['b.example']]) {
    const house = group('open', { partners });
    t.true(STATES.every((state) => mayKnow(house, who(true, state))));
    const known = STATES.filter((state) => mayKnow(house, who(false, state)));
    t.deepEqual(known, ['invited', 'requested', 'member']);
  }
});

test('what is posted is for everybody only in an open group of all companies', (t) => {
  t.is(reachOf({ access: 'open', partners: 'all' }), 'everybody');
  t.is(reachOf({ access: 'open', partners: [] }), 'companies');
  t.is(reachOf({ access: 'open', partners: ['b.example'] }), 'companies');
  t.is(reachOf({ access: 'closed', partners: 'all' }), 'members');
  t.is(reachOf({ access: 'secret', partners: [] }), 'members');
});

test('nobody knows a deleted group', (t) => {
  t.false(mayKnow(group('open', { deletedAt: 1 }), who(true, 'member', 'admin')));
  t.false(
    mayPost(group('open', { deletedAt: 1 }), who(true, 'member', 'admin'), { comment: true }),
  );
  t.is(decideJoin(group('open', { deletedAt: 1 }), who(true)), 'unknown');
});

test('only members look inside a closed or secret group, every insider inside an open one', (t) => {
  for (const access of ['closed', 'secret'] as const) {
    const inside = STATES.filter((state) => mayLookInside(group(access), who(true, state)));
    t.deepEqual(inside, ['member']);
  }
  t.true(mayLookInside(group('open'), who(true)));
  t.false(mayLookInside(group('open'), who(false)));
});

test('an insider joins an open group at once, asks a closed one, and finds no secret one', (t) => {
  t.is(decideJoin(group('open'), who(true)), 'member');
  t.is(decideJoin(group('closed'), who(true)), 'requested');
  t.is(decideJoin(group('secret'), who(true)), 'unknown');
});

test('an invitation lets in at once whatever the access, also who is no insider', (t) => {
  for (const access of ['open', 'closed', 'secret'] as const) {
    t.is(decideJoin(group(access), who(false, 'invited')), 'member');
  }
});

test('an outsider without an invitation does not join', (t) => {
  t.is(decideJoin(group('open'), who(false)), 'unknown');
  t.is(decideJoin(group('closed'), who(false)), 'unknown');
});

test('who was removed from an open group must ask to come back, and finds a secret one no more', (t) => {
  t.is(decideJoin(group('open'), who(true, 'rejected')), 'requested');
  t.is(decideJoin(group('open'), who(true, 'ended')), 'member');
  t.is(decideJoin(group('secret'), who(true, 'rejected')), 'unknown');
});

test('only members post; restricted posting leaves them the comments', (t) => {
  for (const state of STATES) {
    t.is(mayPost(group('open'), who(true, state), { comment: false }), state === 'member');
  }
  const restricted = group('open', { postingRestricted: true });
  t.false(mayPost(restricted, who(true, 'member'), { comment: false }));
  t.true(mayPost(restricted, who(true, 'member'), { comment: true }));
  t.true(mayPost(restricted, who(true, 'member', 'moderator'), { comment: false }));
});

test('a role counts only while its holder is a member', (t) => {
  t.true(mayModerate(who(true, 'member', 'moderator')));
  t.false(mayModerate(who(true, 'member')));
  t.false(mayModerate(who(true, 'ended', 'admin')));
  t.true(mayAdminister(who(true, 'member', 'admin')));
  t.false(mayAdminister(who(true, 'member', 'moderator')));
  t.false(mayAdminister(who(true, 'rejected', 'admin')));
});

test('members invite into an open group, moderators into the others', (t) => {
  t.true(mayInvite(group('open'), who(true, 'member')));
  t.false(mayInvite(group('closed'), who(true, 'member')));
  t.true(mayInvite(group('secret'), who(true, 'member', 'moderator')));
});

test('a moderator removes members, only an admin removes moderators and admins', (t) => {
  const moderator = who(true, 'member', 'moderator');
  t.true(mayRemove(moderator, { role: 'member' }));
  t.false(mayRemove(moderator, { role: 'moderator' }));
  t.false(mayRemove(moderator, { role: 'admin' }));
  t.true(mayRemove(who(true, 'member', 'admin'), { role: 'admin' }));
  t.false(mayRemove(who(true, 'member'), { role: 'member' }));
});

test('the partners setting decides which companies are admitted', (t) => {
  t.true(admitsHost({ partners: 'all' }, 'b.example'));
  t.true(admitsHost({ partners: ['b.example'] }, 'b.example'));
  t.false(admitsHost({ partners: ['b.example'] }, 'us.b.example'));
  t.false(admitsHost({ partners: [] }, 'b.example'));
});

test('a secret group exists only for servers with members or invited people', (t) => {
  t.false(isKnownAt({ access: 'secret' }, { admitted: true, involved: false }));
  t.true(isKnownAt({ access: 'secret' }, { admitted: true, involved: true }));
});

test('a group is known where its people may come from, and nowhere else', (t) => {
  for (const access of ['open', 'closed'] as const) {
    t.true(isKnownAt({ access }, { admitted: true, involved: false }), access);
    t.false(isKnownAt({ access }, { admitted: false, involved: false }), access);
    t.false(isKnownAt({ access }, { admitted: false, involved: true }), access);
  }
});

test('a group is the world’s only where every company is admitted', (t) => {
  t.true(admitsAnybody({ partners: 'all' }));
  t.false(admitsAnybody({ partners: ['b.example'] }));
  t.false(admitsAnybody({ partners: [] }));
});

test('an address is found where some partner may come in', (t) => {
  t.true(isFindable({ access: 'open', partners: 'all' }));
  t.true(isFindable({ access: 'closed', partners: ['b.example'] }));
  t.false(isFindable({ access: 'open', partners: [] }));
  t.false(isFindable({ access: 'secret', partners: 'all' }));
});
