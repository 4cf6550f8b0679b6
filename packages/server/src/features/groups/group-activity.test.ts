import test from 'ava';
import {
  announceActivity,
  announcePost,
  answerFollow,
  deleteGroup,
  derivedId,
  invite,
  rejectInvite,
  undoAnnounce,
  undoFollow,
  updateGroup,
} from './group-activity.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const open = {
  iri: 'https://a.example/groups/g',
  followers: 'https://a.example/groups/g/followers',
  open: true,
};
const closed = { ...open, open: false };
const follow = {
  id: 'https://b.example/f/1',
  actor: 'https://b.example/users/bo',
  group: open.iri,
};

test('a relayed activity is embedded as it came', (t) => {
  const original = {
    '@context': 'https://x.example',
    id: 'https://b.example/1',
    type: 'Create',
    proof: { a: 1 },
  };
  const announce = announceActivity('https://a.example/1', closed, original);
  t.is(announce.object, original);
  t.is(announce.actor, closed.iri);
});

test('only what an open group says is addressed to the public', (t) => {
  t.deepEqual(announcePost('i', open, 'p').to, [open.followers, PUBLIC]);
  t.deepEqual(announcePost('i', closed, 'p').to, [closed.followers]);
  t.deepEqual(deleteGroup('i', closed).to, [closed.followers]);
  t.deepEqual(undoAnnounce('i', closed, { id: 'j', post: 'p' }).to, [closed.followers]);
});

test('an id that follows from a cause is the same each time and another for another cause', (t) => {
  const base = 'https://a.example';
  t.is(derivedId(base, 'announce', 'x'), derivedId(base, 'announce', 'x'));
  t.not(derivedId(base, 'announce', 'x'), derivedId(base, 'plain', 'x'));
  t.not(derivedId(base, 'a', 'bc'), derivedId(base, 'ab', 'c'));
  t.true(derivedId(base, 'x').startsWith('https://a.example/activities/'));
});

test('an answer names the Follow with its own id, actor and object', (t) => {
  const answer = answerFollow('i', 'Reject', follow);
  t.is(answer.actor, open.iri);
  t.deepEqual(answer.object, {
    id: follow.id,
    type: 'Follow',
    actor: follow.actor,
    object: open.iri,
  });
  t.deepEqual(answer.to, [follow.actor]);
});

test('what is undone is embedded without a context of its own', (t) => {
  t.deepEqual(undoFollow('i', follow).object, {
    id: follow.id,
    type: 'Follow',
    actor: follow.actor,
    object: open.iri,
    to: [open.iri],
  });
});

test('the group invites, the person declines', (t) => {
  const invitation = { id: 'https://a.example/i', group: open.iri, person: follow.actor };
  const sent = invite(invitation);
  t.is(sent.actor, open.iri);
  t.is(sent.object, open.iri);
  t.is(sent.target, follow.actor);
  const no = rejectInvite('n', invitation);
  t.is(no.actor, follow.actor);
  t.is(no.object, invitation.id);
});

test('an Update carries the context of the actor document', (t) => {
  const update = updateGroup('i', open, { '@context': ['c'], id: open.iri, name: 'G' });
  t.deepEqual(update['@context'], ['c']);
  t.deepEqual(update.object, { id: open.iri, name: 'G' });
});
