/** Our admin offers an agreement, first or changed. */
import { asList, isObject } from '@mitoyen/federation';
import { parseIri } from '@mitoyen/protocol';
import { AppError, invalid } from '../../platform/app-error.ts';
import { FURTHEST_AHEAD, problemOfExpiry, wasInForce } from './agreement.ts';
import { agreementIri, term } from './agreement-activity.ts';
import { type AgreementDeps, sends } from './agreement-deps.ts';
import type { Agreement, Partners, Terms, WantedTerms } from './partners.ts';
import { latestActive } from './read-facts.ts';

const MOST_LISTED = 200;

export function createOfferAgreement(deps: AgreementDeps): Pick<Partners, 'offer' | 'change'> {
  const { kit, apis, store, held, actors } = deps;

  const offer: Partners['offer'] = async (rawHost, wanted, by) => {
    const host = actors.hostOf(rawHost);
    const expiry = problemOfExpiry(wanted.expiresAt, kit.clock.now());
    if (expiry) throw invalid({ field: 'expires_at', code: 'ERR_INVALID', message: expiry });
    const terms = await termsOf(wanted);
    return held.whileReviewing(host, async () => {
      const them = await actors.fetch(host);
      const agreement = await draft(terms, by, {
        host,
        them: actors.them(them),
        inbox: them.inbox,
      });
      await store.insert(agreement);
      await deps.pendingHosts.remove(host);
      // Before the Offer goes out: the answer may come back at once, to any process.
      await held.changed();
      await kit.pending.kick('agreements', agreement._id);
      await deps.history.note({ host, action: 'offered', by, version: agreement.version });
      return agreement;
    });
  };

  const change: Partners['change'] = async (rawHost, changes, by) => {
    const host = actors.hostOf(rawHost);
    const now = latestInForce(await store.ofHost(host));
    if (!now)
      throw new AppError('not_found', `There is no agreement with ${host} that could be changed`);
    const { purpose, scopes, groups, limits } = { ...now, ...changes };
    const expiresAt = changes.expiresAt === undefined ? now.expiresAt : changes.expiresAt;
    const terms = { purpose, scopes, groups, limits };
    return offer(host, { ...terms, ...(expiresAt && { expiresAt }) }, by);
  };

  async function termsOf(wanted: WantedTerms): Promise<Terms> {
    const groups = await groupIris(wanted.groups ?? 'all');
    return { ...wanted, groups, limits: wanted.limits ?? { copiesThen: 'purge' } };
  }

  async function draft(
    terms: Terms,
    by: string,
    other: Pick<Agreement, 'host' | 'them' | 'inbox'>,
  ): Promise<Agreement> {
    const _id = kit.nextId();
    const iri = agreementIri(kit.baseUrl, _id);
    const us = await actors.us();
    const [latest] = await store.ofHost(other.host);
    const version = (await latestKnownThere(other, latest?.version ?? 0)) + 1;
    const { purpose, scopes, groups, limits, expiresAt } = terms;
    const now = kit.clock.now();
    return deps.sign.draft({
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
      limits,
      ...(expiresAt !== undefined && { expiresAt }),
      by,
      createdAt: now,
      updatedAt: now,
      pending: [sends(deps, 'offer')],
    });
  }

  /** A restored instance may have forgotten versions that the other side holds in force. */
  async function latestKnownThere({ them }: Pick<Agreement, 'them'>, here: number) {
    const fetched = await kit.remote.document(`${them.actor}/agreements`);
    if (fetched.kind !== 'ok') return here;
    const versions = asList(fetched.document.orderedItems)
      .slice(0, MOST_LISTED)
      .map((item) => (isObject(item) ? Number(term(item, 'version')) : 0))
      .filter((version) => Number.isInteger(version) && version <= here + FURTHEST_AHEAD);
    return Math.max(here, ...versions);
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

  return { offer, change };
}

/** The terms that hold; once they have expired, those that held last. */
function latestInForce(agreements: Agreement[]): Agreement | undefined {
  const [active] = latestActive(agreements);
  return active ?? agreements.find(wasInForce);
}
