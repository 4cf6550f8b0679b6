/** Follows and blocks on the wire. */
import { buildActivityDocument, type JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';

type Built = JsonObject & { id: string };
type Parties = { iri: string; follower: Account; target: Account };

export function followActivity({ iri, follower, target }: Parties): Built {
  return buildActivityDocument('Follow', {
    id: iri,
    actor: follower.iri,
    object: target.iri,
    to: [target.iri],
  });
}

function inner({ iri, follower, target }: Parties): JsonObject {
  return { id: iri, type: 'Follow', actor: follower.iri, object: target.iri };
}

/** `unique` keeps answers to repeated requests apart. */
export function acceptActivity(parties: Parties, unique: string): Built {
  const { target, follower } = parties;
  return buildActivityDocument('Accept', {
    id: `${target.iri}#accepts/${unique}`,
    actor: target.iri,
    object: inner(parties),
    to: [follower.iri],
  });
}

export function rejectActivity(parties: Parties, unique: string): Built {
  const { target, follower } = parties;
  return buildActivityDocument('Reject', {
    id: `${target.iri}#rejects/${unique}`,
    actor: target.iri,
    object: inner(parties),
    to: [follower.iri],
  });
}

export function undoFollowActivity(parties: Parties, unique: string): Built {
  const { target, follower } = parties;
  return buildActivityDocument('Undo', {
    id: `${follower.iri}#undos/${unique}`,
    actor: follower.iri,
    object: inner(parties),
    to: [target.iri],
  });
}

export function blockActivity(block: { iri: string; account: Account; target: Account }): Built {
  return buildActivityDocument('Block', {
    id: block.iri,
    actor: block.account.iri,
    object: block.target.iri,
    to: [block.target.iri],
  });
}

export function undoBlockActivity(block: {
  iri: string;
  account: Account;
  target: Account;
}): Built {
  return buildActivityDocument('Undo', {
    id: `${block.iri}/undo`,
    actor: block.account.iri,
    object: { id: block.iri, type: 'Block', actor: block.account.iri, object: block.target.iri },
    to: [block.target.iri],
  });
}
