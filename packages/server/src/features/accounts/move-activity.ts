/** A Move on the wire, as Mastodon and those after it send it. */
import { buildActivityDocument, type JsonObject } from '@mitoyen/federation';
import type { Account } from './account.ts';

export function moveActivity(account: Account, target: string): JsonObject & { id: string } {
  return buildActivityDocument('Move', {
    id: `${account.iri}#moves/${account.movedAt ?? 0}`,
    actor: account.iri,
    object: account.iri,
    target,
    to: account.followersIri ? [account.followersIri] : [],
  });
}
