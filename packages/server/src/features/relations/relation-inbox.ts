/** Follow, Accept, Reject, Undo and Block between people. Groups have their own. */
import { isObject, objectId } from '@mitoyen/federation';
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
import type { Account } from '../accounts/account.ts';
import type { createBlockPeople } from './block-people.ts';
import type { FollowPeople } from './follow-people.ts';
import type { RelationStore } from './relation-store.ts';
import type { Follow } from './relations.ts';

/** As long as others try to deliver. */
const REMEMBER_MS = 14 * 24 * 3600_000;

export function createRelationInbox(deps: {
  apis: Apis;
  store: RelationStore;
  follows: FollowPeople;
  blocks: ReturnType<typeof createBlockPeople>;
  now: () => number;
}): InboundHandler {
  const { apis, store, follows, blocks, now } = deps;

  /** The local person that an activity is about; null for groups and others. */
  async function localPerson(value: unknown) {
    const account = await apis.accounts.byIri(objectId(value) ?? '');
    return account?.domain === null && account.kind === 'person' && account.state === 'active'
      ? account
      : null;
  }

  async function follow({ activity, actor, id }: Inbound): Promise<Outcome | null> {
    const target = await localPerson(activity.object);
    if (!target) return null;
    if (!apis.policy.allows(iriHost(actor.iri), 'follow'))
      return rejected('the agreement does not allow following');
    if (await apis.relations.blockedEither(actor._id, target._id)) return rejected('blocked');
    if (await store.wasUndone(id, actor._id)) return ignored('undone before');
    const made = await follows.receive(actor, target, id);
    // Its Undo may be processed in this very moment: whichever writes last sees the other.
    if (await store.wasUndone(id, actor._id)) {
      await follows.withdrawn(made);
      return ignored('undone meanwhile');
    }
    return applied(`follow ${made.state}`);
  }

  /** Only the target may answer our request. */
  async function answer(inbound: Inbound, kind: 'accepted' | 'rejected'): Promise<Outcome | null> {
    const found = await findFollow(inbound.activity.object);
    if (!found) return null;
    if (found.target !== inbound.actor._id) {
      // Reject of a follow that is theirs to us makes no sense; a third party has no say.
      return found.follower === inbound.actor._id
        ? ignored('its own follow')
        : rejected('not the target of this follow');
    }
    return (await follows.answered(found, kind))
      ? applied(`follow ${kind}`)
      : ignored('answered before');
  }

  async function findFollow(object: unknown): Promise<Follow | null> {
    const byIri = await store.followByIri(objectId(object) ?? '');
    if (byIri) return byIri;
    if (!isObject(object) || object.type !== 'Follow') return null;
    const [follower, target] = await Promise.all([
      apis.accounts.byIri(objectId(object.actor) ?? ''),
      apis.accounts.byIri(objectId(object.object) ?? ''),
    ]);
    if (!follower || !target || target.kind === 'group') return null;
    return store.followOf(follower._id, target._id);
  }

  async function undo({ activity, actor }: Inbound): Promise<Outcome | null> {
    const { object } = activity;
    const type = isObject(object) ? object.type : undefined;
    if (type === 'Block' && isObject(object)) {
      const target = await localPerson(object.object);
      if (!target) return ignored('nobody here was blocked');
      await blocks.receiveUnblock(actor, target);
      return applied('unblocked');
    }
    if (type !== undefined && type !== 'Follow') return null;
    const found = await findFollow(object);
    if (!found)
      return type === 'Follow' && !(await isGroupFollow(object)) ? overtaken(object, actor) : null;
    if (found.follower !== actor._id) return rejected('not its own follow');
    await follows.withdrawn(found);
    return applied('follow withdrawn');
  }

  /** It came before its Follow, which must not count when it comes. */
  async function overtaken(object: unknown, actor: Account): Promise<Outcome> {
    const iri = parseIri(objectId(object));
    const target = isObject(object) ? await localPerson(object.object) : null;
    if (iri === null || !target || iriHost(iri) !== iriHost(actor.iri))
      return ignored('no such follow');
    await store.rememberUndone(iri, actor._id, new Date(now() + REMEMBER_MS));
    const meanwhile = await store.followByIri(iri);
    if (meanwhile?.follower === actor._id) await follows.withdrawn(meanwhile);
    return ignored('not here; remembered as undone');
  }

  async function isGroupFollow(object: unknown): Promise<boolean> {
    const target = isObject(object)
      ? await apis.accounts.byIri(objectId(object.object) ?? '')
      : null;
    return target?.kind === 'group';
  }

  async function block({ activity, actor, id }: Inbound): Promise<Outcome | null> {
    const target = await localPerson(activity.object);
    if (!target) return null;
    if (sameIri(target.iri, actor.iri)) return rejected('blocks itself');
    await blocks.receiveBlock(actor, target, id);
    return applied('blocked');
  }

  return {
    verbs: ['Follow', 'Accept', 'Reject', 'Undo', 'Block'],
    handle: (inbound) => {
      switch (inbound.type) {
        case 'Follow':
          return follow(inbound);
        case 'Accept':
          return answer(inbound, 'accepted');
        case 'Reject':
          return answer(inbound, 'rejected');
        case 'Undo':
          return undo(inbound);
        default:
          return block(inbound);
      }
    },
  };
}
