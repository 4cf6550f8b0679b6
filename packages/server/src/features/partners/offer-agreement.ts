/** Our admin offers an agreement, first or changed. */
import { parseIri } from '@mitoyen/protocol';
import { invalid } from '../../platform/app-error.ts';
import { digestOf, problemOfExpiry } from './agreement.ts';
import { agreementIri } from './agreement-activity.ts';
import { type AgreementDeps, sends } from './agreement-deps.ts';
import type { Agreement, Partners, Terms } from './partners.ts';

export function createOfferAgreement(deps: AgreementDeps): Partners['offer'] {
  const { kit, apis, store, held, actors } = deps;

  return async function offer(rawHost, wanted, by) {
    const host = actors.hostOf(rawHost);
    const expiry = problemOfExpiry(wanted.expiresAt, kit.clock.now());
    if (expiry) throw invalid({ field: 'expires_at', code: 'ERR_INVALID', message: expiry });
    const groups = await groupIris(wanted.groups ?? 'all');
    return held.whileReviewing(host, async () => {
      const them = await actors.fetch(host);
      const agreement = await draft({ ...wanted, groups }, by, {
        host,
        them: actors.them(them),
        inbox: them.inbox,
      });
      await store.insert(agreement);
      await deps.pendingHosts.remove(host);
      // Before the Offer goes out: the answer may come back at once, to any process.
      await held.changed();
      await kit.pending.kick('agreements', agreement._id);
      return agreement;
    });
  };

  async function draft(
    terms: Terms,
    by: string,
    other: Pick<Agreement, 'host' | 'them' | 'inbox'>,
  ): Promise<Agreement> {
    const _id = kit.nextId();
    const iri = agreementIri(kit.baseUrl, _id);
    const us = await actors.us();
    const [latest] = await store.ofHost(other.host);
    const version = (latest?.version ?? 0) + 1;
    const { purpose, scopes, groups, expiresAt } = terms;
    const now = kit.clock.now();
    return {
      _id,
      iri,
      ...other,
      us,
      state: 'offered',
      offeredBy: 'us',
      version,
      purpose,
      scopes,
      groups,
      ...(expiresAt !== undefined && { expiresAt }),
      digest: digestOf({ ...terms, iri, version, parties: [us, other.them] }),
      by,
      createdAt: now,
      updatedAt: now,
      pending: [sends(deps, 'offer')],
    };
  }

  /** Groups as admins name them (id, name or address) become what both sides call them. */
  async function groupIris(groups: 'all' | string[]): Promise<'all' | string[]> {
    if (groups === 'all') return 'all';
    return Promise.all(
      groups.map(async (group) => {
        const iri = parseIri(group);
        if (iri !== null) return iri;
        const name = group.replace(/^[!@]/, '').toLowerCase();
        const account = (await apis.accounts.get(group)) ?? (await apis.accounts.byHandle(name));
        if (account?.kind === 'group') return account.iri;
        throw invalid({ field: 'groups', code: 'ERR_INVALID', message: `${group} is not a group` });
      }),
    );
  }
}
