import test from 'ava';
import { type AuditEntry, follow, GENESIS, sealed, type Verdict } from './audit.ts';

const START: Verdict = { entries: 0, head: GENESIS, broken: null };
const note = (action: string) => ({ by: 'a', via: 'api' as const, action, target: 't', facts: '' });

function chain(...actions: string[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const action of actions) {
    const prev = entries.at(-1)?.hash ?? GENESIS;
    entries.push(sealed(note(action), { seq: entries.length + 1, at: 1000, prev }));
  }
  return entries;
}
const verdict = (entries: AuditEntry[]) => entries.reduce(follow, START);

test('a whole chain is sound, and its head is the hash of the last entry', (t) => {
  const entries = chain('one', 'two', 'three');
  t.deepEqual(verdict(entries), { entries: 3, head: entries[2]?.hash ?? '', broken: null });
});

test('a changed, a missing, a moved and a forged entry are found where they are', (t) => {
  const [one, two, three] = chain('one', 'two', 'three') as [AuditEntry, AuditEntry, AuditEntry];
  t.like(verdict([one, { ...two, target: 'somebody else' }, three]).broken, { at: 2 });
  t.like(verdict([one, three]).broken, { at: 2, reason: 'an entry is missing' });
  t.like(verdict([one, three, two]).broken, { at: 2 });
  // Sealed anew by whoever can write: the next one does not follow it any more.
  const forged = sealed(note('forged'), { seq: 2, at: 1000, prev: one.hash });
  t.like(verdict([one, forged, three]).broken, { at: 3 });
});
