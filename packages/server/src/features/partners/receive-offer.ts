/** An offer of theirs, fetched or sent: checked against what both sides really are, and kept. */
import type { JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import {
  digestOf,
  FURTHEST_AHEAD,
  outranks,
  problemOf,
  sameTerms,
  type WireAgreement,
} from './agreement.ts';
import { readAgreement } from './agreement-activity.ts';
import { type AgreementDeps, sends, settle } from './agreement-deps.ts';
import type { Agreement } from './partners.ts';
import { isSignedBy, readSigned, signature } from './sign-agreement.ts';

export type Received =
  | { kind: 'kept'; agreement: Agreement }
  /** Stored before, or overtaken by a newer one. */
  | { kind: 'known'; agreement: Agreement | null; reason: string }
  | { kind: 'refused'; reason: string };

export function createReceiveOffer(deps: AgreementDeps) {
  const { kit, store, actors } = deps;

  return async function receiveOffer(json: JsonObject, from: Account): Promise<Received> {
    const read = readAgreement(json);
    if (read.kind === 'refused') return read;
    const wire = read.agreement;
    const facts = await actors.facts(from);
    const problem = problemOf(wire, { ...facts, now: kit.clock.now() });
    if (problem) return { kind: 'refused', reason: problem };
    const offer = await signedOffer(json, wire, from);
    if (!offer) return { kind: 'refused', reason: 'it is not signed by the instance actor' };
    const stored = await store.byIri(wire.iri);
    if (stored) {
      const reason = 'this version is known';
      if (stored.host !== facts.them.host) return { kind: 'refused', reason: 'its id is taken' };
      return { kind: 'known', agreement: stored, reason };
    }
    const ofHost = await store.ofHost(facts.them.host);
    const inForce = ofHost.find(({ state }) => state === 'active');
    if (inForce && wire.version <= inForce.version) {
      return { kind: 'known', agreement: null, reason: 'a newer version is in force' };
    }
    // Versions count up one by one on both sides; a leap would leave none to count to.
    if (wire.version > (ofHost[0]?.version ?? 0) + FURTHEST_AHEAD)
      return { kind: 'refused', reason: 'its version is too far ahead' };
    const crossed = ofHost.find((one) => one.state === 'offered' && sameTerms(one, offer));
    if (crossed) return cross(crossed, offer);
    // Our admin has accepted these very terms already: their side may have missed it. No news.
    if (inForce && sameTerms(inForce, offer)) {
      await acceptAtOnce(offer);
      return { kind: 'known', agreement: offer, reason: 'the terms in force, accepted again' };
    }
    return keep(offer, ofHost);
  };

  /** One waiting offer for each host: a newer one takes the place of the older. */
  async function keep(offer: Agreement, ofHost: Agreement[]): Promise<Received> {
    const newer = ofHost.find(
      (one) => one.state === 'waiting_for_us' && one.version > offer.version,
    );
    if (newer) return { kind: 'known', agreement: newer, reason: 'a newer version waits' };
    await store.insert(offer);
    await store.remove({ host: offer.host, state: 'waiting_for_us', _id: { $ne: offer._id } });
    const repeats = (past: Agreement) => sameTerms(past, offer);
    await store.clearPast(offer.host, repeats);
    await deps.pendingHosts.remove(offer.host);
    await deps.held.changed();
    return { kind: 'kept', agreement: offer };
  }

  /** Both admins offered the same: that is as good as accepting. Both sides pick the same one. */
  async function cross(ours: Agreement, theirs: Agreement): Promise<Received> {
    if (outranks(theirs, ours)) return acceptAtOnce(theirs);
    // Ours counts, and they will accept it; if ours came before they knew us, it was refused.
    await store.insert({ ...theirs, state: 'superseded' });
    await store.move(ours._id, ['offered'], 'offered', {}, [sends(deps, 'offer-again')]);
    await kit.pending.kick('agreements', ours._id);
    return { kind: 'kept', agreement: ours };
  }

  async function acceptAtOnce(offer: Agreement): Promise<Received> {
    const signatures = await deps.sign.countersign(offer);
    const pending = [sends(deps, 'accept')];
    const active: Agreement = { ...offer, state: 'active', signatures, pending };
    if (!(await store.insert(active))) return { kind: 'known', agreement: null, reason: 'known' };
    await settle(deps, active);
    await kit.pending.kick('agreements', active._id);
    return { kind: 'kept', agreement: active };
  }

  /** The offer with the document that it came as; null where their side has not signed that. */
  async function signedOffer(
    json: JsonObject,
    wire: WireAgreement,
    from: Account,
  ): Promise<Agreement | null> {
    const { document, proofs } = readSigned(json);
    const party = wire.parties.find(({ actor }) => actor === from.iri);
    if (!party) return null;
    for (const proof of proofs) {
      if (!(await isSignedBy(party, document, proof))) continue;
      const agreement = await toAgreement(wire, from);
      const signatures = [signature('them', proof)];
      // The keys as the document names them: they are what it was signed with.
      return { ...agreement, them: party, document: JSON.stringify(document), signatures };
    }
    return null;
  }

  async function toAgreement(
    wire: WireAgreement,
    from: Account,
  ): Promise<Omit<Agreement, 'document' | 'signatures'>> {
    const { iri, version, purpose, scopes, groups, limits, expiresAt, parties } = wire;
    const them = actors.them(from);
    const now = kit.clock.now();
    return {
      _id: kit.nextId(),
      iri,
      host: them.host,
      state: 'waiting_for_us',
      offeredBy: 'them',
      version,
      purpose,
      scopes,
      groups,
      limits,
      ...(expiresAt !== undefined && { expiresAt }),
      us: await actors.us(),
      them,
      inbox: from.inbox,
      digest: digestOf({ ...wire, parties }),
      createdAt: now,
      updatedAt: now,
    };
  }
}

export type ReceiveOffer = ReturnType<typeof createReceiveOffer>;
