/** The audit log: who did what as an admin. Each entry holds the hash of the one before. Pure. */
import { createHash } from 'node:crypto';

/** `them`: a partner's side; `clock`: the server by itself. */
export const VIAS = ['api', 'cli', 'them', 'clock'] as const;
export type Via = (typeof VIAS)[number];

export type AuditNote = {
  /** The account that did it; null for the command line, the other side, the clock. */
  by: string | null;
  via: Via;
  /** `put people/role`: what was asked for, without its names. */
  action: string;
  /** What it was done to: an id, a host, a name; empty where it is all of it. */
  target: string;
  /** A few plain facts: never texts, passwords or keys. */
  facts: string;
};

export type AuditEntry = AuditNote & {
  /** 1, 2, 3 … without a gap. */
  _id: number;
  at: number;
  prev: string;
  hash: string;
};

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64);

export function sealed(note: AuditNote, place: { seq: number; at: number; prev: string }) {
  const { by, via, action, target, facts } = note;
  const entry = { _id: place.seq, at: place.at, by, via, action, target, facts, prev: place.prev };
  return { ...entry, hash: hashOf(entry) } satisfies AuditEntry;
}

export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { _id, at, by, via, action, target, facts, prev } = entry;
  const text = JSON.stringify([_id, at, by, via, action, target, facts, prev]);
  return createHash('sha256').update(text).digest('hex');
}

/** Where a chain stands after some entries: the place of the last sound one, and what is wrong with the next. */
export type Verdict = {
  entries: number;
  head: string;
  broken: { at: number; reason: string } | null;
};

export function follow(before: Verdict, entry: AuditEntry): Verdict {
  if (before.broken) return before;
  const expected = before.entries + 1;
  const fail = (reason: string) => ({ ...before, broken: { at: expected, reason } });
  if (entry._id !== expected) return fail('an entry is missing');
  if (entry.prev !== before.head) return fail('it does not follow the entry before it');
  if (hashOf(entry) !== entry.hash) return fail('it was changed');
  return { entries: expected, head: entry.hash, broken: null };
}

/** What other features may ask of the audit log. */
export type Audit = {
  note: (note: Partial<AuditNote> & Pick<AuditNote, 'via' | 'action'>) => Promise<void>;
  /** Reads all of it; `head`: one that was written down before has to be in it. */
  verify: (head?: string) => Promise<Verdict & { headFound: boolean | null }>;
};
