/** Our admin looks at an offer, accepts or rejects it. */
import type { JsonObject } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import { AppError } from '../../platform/app-error.ts';
import { problemOfExpiry } from './agreement.ts';
import { isAgreement } from './agreement-activity.ts';
import { type AgreementDeps, sends, settle } from './agreement-deps.ts';
import type { Agreement, Partners, Signature } from './partners.ts';
import type { ReceiveOffer } from './receive-offer.ts';
import { isSignedBy } from './sign-agreement.ts';

/** Offers looked at of one host: the newest is among them. */
const MOST_OFFERS = 20;

export function createAnswerOffer(
  deps: AgreementDeps & { receiveOffer: ReceiveOffer },
): Pick<Partners, 'review' | 'accept' | 'reject'> {
  const { kit, store, held, actors } = deps;

  /** The one moment in which an unknown host is fetched from: its admin knocked, ours asks to see. */
  async function review(rawHost: string): Promise<Agreement> {
    const host = actors.hostOf(rawHost);
    return held.whileReviewing(host, async () => {
      const them = await actors.fetch(host);
      const fetched = await kit.remote.document(`${them.iri}/agreements`);
      if (fetched.kind !== 'ok') {
        const reason = 'reason' in fetched ? fetched.reason : 'it has none for this server';
        throw new AppError('remote_failed', `The offer of ${host} cannot be fetched (${reason})`);
      }
      const problems: string[] = [];
      for (const item of offersIn(fetched.document)) {
        const received = await deps.receiveOffer(item, them);
        if (received.kind === 'refused') problems.push(received.reason);
      }
      const current = (await store.ofHost(host)).find(isOpen);
      if (current) return current;
      const why = problems.length > 0 ? `: ${[...new Set(problems)].join('; ')}` : '';
      throw new AppError('not_found', `${host} offers this server no valid agreement${why}`);
    });
  }

  async function waiting(rawHost: string): Promise<Agreement> {
    const host = actors.hostOf(rawHost);
    const known = (await store.ofHost(host)).find((one) => one.state === 'waiting_for_us');
    return known ?? review(host);
  }

  async function accept(
    rawHost: string,
    by: string,
    seen: { digest?: string } = {},
  ): Promise<Agreement> {
    const offer = await waiting(rawHost);
    if (seen.digest !== undefined && seen.digest !== offer.digest)
      throw new AppError('conflict', `${offer.host} has offered something else since: look again`);
    // Accepted already, perhaps by crossing offers, or by asking twice.
    if (offer.state === 'active') return offer;
    if (offer.offeredBy === 'us') {
      throw new AppError('conflict', `${offer.host} has our offer and has not answered it yet`);
    }
    const expired = problemOfExpiry(offer.expiresAt, kit.clock.now());
    if (expired)
      throw new AppError('conflict', `The offer of ${offer.host} cannot be accepted: ${expired}`);
    const signatures = await deps.sign.countersign(offer);
    if (!(await holdsForUs(offer, signatures))) {
      const why = 'our key has changed since it was made; they have to offer it again';
      throw new AppError('conflict', `The offer of ${offer.host} cannot be accepted: ${why}`);
    }
    const active = await store.move(offer._id, ['waiting_for_us'], 'active', { by, signatures }, [
      sends(deps, 'accept'),
    ]);
    if (!active) throw changedMeanwhile(offer.host);
    await settle(deps, active);
    await kit.pending.kick('agreements', active._id);
    await note(active, 'accepted', by);
    return active;
  }

  async function reject(rawHost: string, by: string): Promise<Agreement> {
    const offer = await waiting(rawHost);
    const rejected = await store.move(
      offer._id,
      ['waiting_for_us'],
      'rejected',
      { by, endedBy: 'us' },
      [sends(deps, 'reject')],
    );
    if (!rejected) throw changedMeanwhile(offer.host);
    await held.changed();
    await kit.pending.kick('agreements', rejected._id);
    await note(rejected, 'rejected', by);
    return rejected;
  }

  const note = ({ host, version }: Agreement, action: string, by: string) =>
    deps.history.note({ host, action, by, version });

  return { review, accept, reject };
}

/** With a key that the document does not name the other side would not believe our signature. */
async function holdsForUs(offer: Agreement, signatures: Signature[]): Promise<boolean> {
  const ours = signatures.find(({ by }) => by === 'us');
  return isSignedBy(offer.us, JSON.parse(offer.document), ours && JSON.parse(ours.proof));
}

function isOpen({ state }: Agreement): boolean {
  return state === 'waiting_for_us' || state === 'active' || state === 'offered';
}

function changedMeanwhile(host: string): AppError {
  return new AppError('conflict', `There is no offer of ${host} to answer (any more)`);
}

function offersIn(collection: JsonObject): JsonObject[] {
  const { orderedItems, items } = collection;
  const list = orderedItems ?? items ?? [];
  const host = typeof collection.id === 'string' ? iriHost(collection.id) : '';
  return (Array.isArray(list) ? list : [list])
    .filter(isAgreement)
    .filter((item) => typeof item.id === 'string' && iriHost(item.id) === host)
    .slice(0, MOST_OFFERS);
}
