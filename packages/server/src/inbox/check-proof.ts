/** Whether an activity carries a FEP-8b32 proof of its actor that holds now. */
import { type JsonObject, verifyProof } from '@mitoyen/federation';
import { sameIri, withoutFragment } from '@mitoyen/protocol';
import type { Apis } from '../apis.ts';
import type { Account } from '../features/accounts/account.ts';
import type { Clock } from '../platform/clock.ts';

export type CheckProof = (activity: JsonObject, actor: Account) => Promise<boolean>;

type AssertionKey = { controller: string; multibase: string };

export function createCheckProof({ apis, clock }: { apis: Apis; clock: Clock }): CheckProof {
  /** One that the actor claims; fetched anew where the proof names one that we do not know. */
  async function assertionKey(actor: Account, method: string): Promise<AssertionKey | null> {
    const claimed = (account: Account) =>
      account.assertionKeys.find((key) => sameIri(key.id, method));
    const known = claimed(actor);
    if (known) return { controller: actor.iri, multibase: known.multibase };
    if (!sameIri(withoutFragment(method), actor.iri)) return null;
    const fresh = await apis.accounts.resolveIri(actor.iri, { refresh: true });
    const found = fresh && claimed(fresh);
    return found ? { controller: actor.iri, multibase: found.multibase } : null;
  }

  return async function hasProof(activity, actor) {
    if (!activity.proof) return false;
    const verdict = await verifyProof(activity, {
      findKey: (method) => assertionKey(actor, method),
      now: clock.now(),
    });
    return verdict.ok;
  };
}
