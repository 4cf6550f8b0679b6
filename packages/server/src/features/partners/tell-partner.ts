/** What follows from a changed agreement: the other side is told, and our admins are. */
import { z } from 'zod';
import type { DomainEvent } from '../../events.ts';
import { buildAnswer } from './agreement-activity.ts';
import type { AgreementDeps } from './agreement-deps.ts';
import type { Agreement } from './partners.ts';

const toSend = z.enum(['offer', 'offer-again', 'accept', 'reject', 'undo']);

export type TellAdmins = (agreement: Agreement, what: string) => Promise<void>;

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
    if (!event.local) await tellAdmins(agreement, agreement.state);
  }

  /** New terms may cover less: this ends here, memberships by the groups' own subscriber. */
  async function endUncovered({ state, host }: Agreement): Promise<void> {
    if (state !== 'active') return;
    if (!apis.policy.allows(host, 'follow')) await apis.relations.endHost(host);
    if (!apis.policy.allows(host, 'directory'))
      await apis.accounts.reduceProfiles(host, { all: false });
  }

  /** Not of what an admin here did: that the admins know. */
  async function tellAdmins(agreement: Agreement, what: string): Promise<void> {
    const from = await apis.accounts.byIri(agreement.them.actor);
    if (!from) return;
    const admins = await apis.accounts.staff(['admin']);
    const key = `agreement:${agreement._id}:${what}`;
    await apis.notifications.notify(
      admins.map((account) => ({ account, type: 'mitoyen.partner', from: from._id, key })),
    );
  }

  return {
    onChanged,
    onEnded: async (event: DomainEvent) => {
      const agreement = event.local ? null : await store.byId(event.id);
      if (agreement) await tellAdmins(agreement, agreement.state);
    },
    tellAdmins,
  };
}
