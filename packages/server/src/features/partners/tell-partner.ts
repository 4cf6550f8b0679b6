/** What follows from a changed agreement: the other side is told, and our admins are. */
import { z } from 'zod';
import type { DomainEvent } from '../../events.ts';
import { buildAnswer } from './agreement-activity.ts';
import type { AgreementDeps } from './agreement-deps.ts';
import type { Agreement } from './partners.ts';

const toSend = z.enum(['offer', 'offer-again', 'accept', 'reject', 'undo']);

export function createTellPartner(deps: AgreementDeps) {
  const { kit, apis, store } = deps;

  async function onChanged(event: DomainEvent): Promise<void> {
    const agreement = await store.byId(event.id);
    if (!agreement) return;
    const answer = toSend.safeParse(event.data.send);
    if (answer.success) {
      const actor = await apis.accounts.instanceActor();
      await kit.outbox.send({
        actor: actor._id,
        activity: buildAnswer(kit.baseUrl, agreement, answer.data),
        recipients: { inboxes: [agreement.inbox] },
        scope: 'agreement',
      });
    }
    await endUncovered(agreement);
    if (!event.local) await tellAdmins(event);
  }

  /** New terms may cover less: follows end here, memberships by the groups' own subscriber. */
  async function endUncovered({ state, host }: Agreement): Promise<void> {
    if (state !== 'active' || apis.policy.allows(host, 'follow')) return;
    await apis.relations.endHost(host);
  }

  /** Only of what the other side did: what an admin here did, the admins know. */
  async function tellAdmins(event: DomainEvent): Promise<void> {
    const agreement = await store.byId(event.id);
    const from = agreement && (await apis.accounts.byIri(agreement.them.actor));
    if (!agreement || !from) return;
    const admins = await apis.accounts.staff(['admin']);
    const key = `agreement:${agreement._id}:${agreement.state}`;
    await apis.notifications.notify(
      admins.map((account) => ({ account, type: 'mitoyen.partner', from: from._id, key })),
    );
  }

  return {
    onChanged,
    onEnded: async (event: DomainEvent) => {
      if (!event.local) await tellAdmins(event);
    },
  };
}
