/** What the agreement use cases share. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { sameTerms } from './agreement.ts';
import type { Answer } from './agreement-activity.ts';
import type { AgreementStore } from './agreement-store.ts';
import type { HeldPolicy } from './held-policy-store.ts';
import type { HistoryStore } from './history-store.ts';
import type { PartnerActors } from './partner-actor.ts';
import type { Agreement } from './partners.ts';
import type { PendingHostStore } from './pending-host-store.ts';
import type { SignAgreement } from './sign-agreement.ts';

export type AgreementDeps = {
  kit: Kit;
  apis: Apis;
  store: AgreementStore;
  pendingHosts: PendingHostStore;
  held: HeldPolicy;
  actors: PartnerActors;
  sign: SignAgreement;
  history: HistoryStore;
};

/** The pending event of a change that the other side is to be told of. */
export function sends(deps: AgreementDeps, answer: Answer) {
  return deps.kit.pending.entry('agreement.changed', { send: answer });
}

/**
 * A version came into force: what was before it is history. Repeatable; the policy goes by
 * rank, so that nothing is refused or allowed in between.
 */
export async function supersedeOthers(deps: AgreementDeps, current: Agreement): Promise<void> {
  for (const other of await deps.store.ofHost(current.host)) {
    if (other._id === current._id || other.version > current.version) continue;
    await deps.store.move(
      other._id,
      ['active', 'offered', 'waiting_for_us', 'expired'],
      'superseded',
    );
  }
  await deps.store.clearPast(current.host, (past) => sameTerms(past, current));
}

/** After an agreement came into force: every process knows, and the groups it names are known here. */
export async function settle(deps: AgreementDeps, current: Agreement): Promise<void> {
  await supersedeOthers(deps, current);
  await deps.pendingHosts.remove(current.host);
  await deps.held.changed();
  if (current.groups === 'all') return;
  const found = await Promise.all(
    current.groups.map((iri) => deps.apis.accounts.resolveIri(iri).catch(() => null)),
  );
  // A group's id here is known only once its actor is: the policy compares both.
  if (found.some(Boolean)) await deps.held.changed();
}
