/** Somebody elsewhere moved: true only where both accounts say so themselves. */
import { objectId } from '@mitoyen/federation';
import { iriHost, parseIri, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { AccountStore } from './account-store.ts';
import { moveProblem } from './move.ts';

export function createMoveInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: AccountStore;
}): InboundHandler {
  const { kit, apis, store } = deps;

  async function move({ activity, actor, via }: Inbound): Promise<Outcome> {
    if (via) return rejected('a move is not relayed');
    if (!sameIri(objectId(activity.object) ?? '', actor.iri))
      return rejected('moves somebody else');
    const targetIri = parseIri(objectId(activity.target));
    if (targetIri === null) return rejected('moves nowhere');
    if (!(await apis.relations.hasLocalFollowers(actor._id)))
      return ignored('nobody here follows it');
    if (!isOurs(targetIri) && !apis.policy.allows(iriHost(targetIri), 'follow'))
      return ignored('nothing allows following where it went');
    const [old, target] = await Promise.all([fresh(actor.iri), fresh(targetIri)]);
    if (!old || !target) return ignored('one of the two accounts is not to be had');
    if (!sameIri(old.movedTo ?? '', target.iri)) return rejected('the old account does not say so');
    const reason = moveProblem(old, target, kit.clock.now());
    if (reason) return rejected(`the new account ${reason}`);
    const at = old.movedToAccount === target._id ? old.movedAt : kit.clock.now();
    await store.update(old._id, { movedToAccount: target._id, movedAt: at });
    await kit.events.emit({ name: 'account.moved', id: old._id, local: false, data: {} });
    return applied('moved');
  }

  function isOurs(iri: string): boolean {
    return iriHost(iri) === kit.ownHost;
  }

  /** As the account's own server tells it now. */
  function fresh(iri: string) {
    return isOurs(iri) ? store.byIri(iri) : apis.accounts.resolveIri(iri, { refresh: true });
  }

  return { verbs: ['Move'], handle: move };
}
