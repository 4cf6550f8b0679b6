/** Update and Delete of remote actors, said by the actors themselves. */

import type { RemoteActor } from '@mitoyen/federation';
import { isObject, objectId, readActor } from '@mitoyen/federation';
import { sameIri } from '@mitoyen/protocol';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { RemoteFetch } from '../../inbox/remote-fetch.ts';
import type { Account } from './account.ts';

export function createAccountInbox(deps: {
  remote: RemoteFetch;
  save: (actor: RemoteActor) => Promise<Account | null>;
  resolveIri: (iri: string, options: { refresh: boolean }) => Promise<Account | null>;
  markGone: (id: string) => Promise<void>;
}): InboundHandler {
  async function update({ activity, actor }: Inbound): Promise<Outcome | null> {
    const { object } = activity;
    if (!sameIri(objectId(object) ?? '', actor.iri)) return null;
    const read = isObject(object) ? readActor(object) : null;
    // What is not inline, or not whole, is asked for at its origin.
    const saved = read
      ? await deps.save(read)
      : await deps.resolveIri(actor.iri, { refresh: true });
    return saved ? applied('profile updated') : rejected('not a profile of its own');
  }

  async function remove({ activity, actor }: Inbound): Promise<Outcome | null> {
    if (!sameIri(objectId(activity.object) ?? '', actor.iri)) return null;
    if (actor.state === 'gone') return ignored('already gone');
    const fetched = await deps.remote.document(actor.iri);
    const tombstone = fetched.kind === 'ok' && fetched.document.type === 'Tombstone';
    if (fetched.kind === 'ok' && !tombstone) return rejected('the actor is still there');
    await deps.markGone(actor._id);
    return applied('account gone');
  }

  return {
    verbs: ['Update', 'Delete'],
    handle: (inbound) => (inbound.type === 'Update' ? update(inbound) : remove(inbound)),
  };
}
