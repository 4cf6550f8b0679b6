/**
 * The door for activities of hosts: what policy does not allow is turned away here, before any
 * feature sees it, but for agreement traffic of the instance actor.
 */
import { type JsonObject, objectId } from '@mitoyen/federation';
import { iriHost, parseIri } from '@mitoyen/protocol';
import type { Inbound, InboundHandler, Outcome } from '../../inbox/inbound.ts';
import { ANY_VERB, applied, ignored, rejected } from '../../inbox/inbound.ts';
import { AppError } from '../../platform/app-error.ts';
import { answerId, isAgreement, namedIri, term } from './agreement-activity.ts';
import { type AgreementDeps, settle } from './agreement-deps.ts';
import type { EndAgreement } from './end-agreement.ts';
import { isInstanceActor } from './partner-actor.ts';
import type { Agreement } from './partners.ts';
import type { ReceiveOffer } from './receive-offer.ts';
import { isSignedBy, signature } from './sign-agreement.ts';

export function createPartnersInbox(
  deps: AgreementDeps & { receiveOffer: ReceiveOffer; end: EndAgreement },
): InboundHandler {
  const { kit, apis, store } = deps;

  async function handle(inbound: Inbound): Promise<Outcome | null> {
    const host = iriHost(inbound.actor.iri);
    const { type, activity } = inbound;
    if (type === 'Offer' && isAgreement(activity.object)) {
      return fromInstanceActor(inbound, host, () =>
        receiveOffered(inbound, activity.object as JsonObject),
      );
    }
    const named = await namedAgreement(inbound);
    if (named) {
      return fromInstanceActor(inbound, host, () => answer(inbound, host, named));
    }
    // What came by a partner's relay is its host's matter as well.
    return apis.policy.allows(host) ? null : rejected('its host is no partner');
  }

  /** One person of a host cannot speak for the host. */
  async function fromInstanceActor(
    { actor, via }: Inbound,
    host: string,
    act: () => Promise<Outcome>,
  ): Promise<Outcome> {
    if (via || !isInstanceActor(actor)) return rejected('not by the instance actor itself');
    if (!apis.policy.allowsAgreement(host)) {
      // In `open` mode strangers reach the inbox; their offers wait for an admin all the same.
      await apis.policy.knock(host);
      return ignored('an unknown host: its name waits for an admin');
    }
    return act();
  }

  async function receiveOffered(inbound: Inbound, json: JsonObject): Promise<Outcome> {
    if (!(await mayOffer(iriHost(inbound.actor.iri))))
      return rejected('too many offers in an hour');
    const received = await deps.receiveOffer(json, inbound.actor);
    switch (received.kind) {
      case 'refused':
        return rejected(received.reason);
      case 'known':
        return ignored(received.reason);
      case 'kept': {
        const { _id: id, state, version } = received.agreement;
        await note(received.agreement.host, 'offered', version);
        await kit.events.emit({ name: 'agreement.changed', id, local: false, data: {} });
        return applied(state);
      }
    }
  }

  /** Each new version is a row, a signature and a look at the groups that it names. */
  async function mayOffer(host: string): Promise<boolean> {
    const limit = kit.config.limits.offers_per_hour_per_host;
    try {
      await kit.rateLimiter.take({ name: 'offer', key: host, limit, windowSeconds: 3600 });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return false;
      throw error;
    }
  }

  /** The agreement that an Accept, Reject or Undo is about; our own Undo counts for its agreement. */
  async function namedAgreement(inbound: Inbound): Promise<Agreement | null> {
    const { type, activity } = inbound;
    if (type !== 'Accept' && type !== 'Reject' && type !== 'Undo') return null;
    const iri = parseIri(namedIri(activity));
    if (iri === null || !new URL(iri).pathname.startsWith('/agreements/')) return null;
    const named = await store.byIri(iri.replace(/#[a-z-]*$/, ''));
    return named ?? (type === 'Undo' ? inForceUpTo(inbound, iri) : null);
  }

  /** An end counts although the version it names is one that is not kept here any more. */
  async function inForceUpTo({ activity, actor }: Inbound, iri: string): Promise<Agreement | null> {
    const host = iriHost(actor.iri);
    const upTo = term(activity, 'upTo');
    if (typeof upTo !== 'number' || ![host, kit.ownHost].includes(iriHost(iri))) return null;
    const ofHost = await store.ofHost(host);
    return ofHost.find(({ state, version }) => state === 'active' && version <= upTo) ?? null;
  }

  async function answer(inbound: Inbound, host: string, agreement: Agreement): Promise<Outcome> {
    if (agreement.host !== host) return rejected('an agreement with somebody else');
    const { type, activity } = inbound;
    if (type === 'Undo') {
      const upTo = term(activity, 'upTo');
      const ended = await deps.end.endedByThem(
        agreement,
        inbound.id,
        typeof upTo === 'number' ? upTo : null,
      );
      return ended ? applied() : ignored('it has ended already');
    }
    if (objectId(activity.object) === answerId(kit.baseUrl, agreement, 'undo')) {
      return attested(agreement, activity);
    }
    if (agreement.offeredBy !== 'us') return rejected('they cannot answer their own offer');
    return type === 'Accept' ? accepted(agreement, activity) : refusedByThem(agreement);
  }

  async function accepted(agreement: Agreement, activity: JsonObject): Promise<Outcome> {
    const digest = term(activity, 'digest');
    if (digest !== agreement.digest || term(activity, 'version') !== agreement.version) {
      return rejected('it accepts another version than was offered');
    }
    const proof = term(activity, 'signature');
    if (!(await isSignedBy(agreement.them, JSON.parse(agreement.document), proof))) {
      return rejected('they have not signed what they accept');
    }
    const signatures = [
      ...agreement.signatures.filter(({ by }) => by === 'us'),
      signature('them', proof as JsonObject),
    ];
    const active = await store.move(agreement._id, ['offered'], 'active', { signatures });
    if (!active && agreement.state !== 'active') return ignored('it is not on offer any more');
    if (active) await note(active.host, 'accepted', active.version);
    await settle(deps, active ?? agreement);
    await emitChanged(agreement);
    return active ? applied() : ignored('accepted before');
  }

  async function refusedByThem(agreement: Agreement): Promise<Outcome> {
    const rejectedNow = await store.move(agreement._id, ['offered'], 'rejected', {
      endedBy: 'them',
    });
    if (!rejectedNow) return ignored('it is not on offer any more');
    await note(agreement.host, 'rejected', agreement.version);
    await deps.held.changed();
    await emitChanged(agreement);
    return applied();
  }

  async function emitChanged({ _id: id }: Agreement): Promise<void> {
    await kit.events.emit({ name: 'agreement.changed', id, local: false, data: {} });
  }

  /** They say that our copies are deleted: worth noting, not worth believing blindly. */
  async function attested(agreement: Agreement, activity: JsonObject): Promise<Outcome> {
    if (agreement.state !== 'revoked' || agreement.report?.attestedAt !== undefined) {
      return ignored('nothing to attest');
    }
    const deleted = term(activity, 'deleted');
    const count = typeof deleted === 'number' && Number.isSafeInteger(deleted) ? deleted : 0;
    await note(agreement.host, 'attested that our copies are deleted', agreement.version);
    await store.setReport(agreement._id, {
      attestedAt: kit.clock.now(),
      attestedCount: Math.max(0, count),
    });
    return applied();
  }

  function note(host: string, action: string, version: number): Promise<void> {
    return deps.history.note({ host, action, side: 'them', version });
  }

  return { verbs: [ANY_VERB], handle };
}
