/** Gathers what the policy decides by, from the database. */
import type { Apis } from '../../apis.ts';
import { outranks, wasInForce } from './agreement.ts';
import type { AgreementStore } from './agreement-store.ts';
import type { DomainBlockStore } from './domain-block-store.ts';
import type { Agreement } from './partners.ts';
import type { PauseStore } from './pause-store.ts';
import type { ActiveTerms, Mode, PolicyFacts } from './policy.ts';

export function createReadFacts(deps: {
  mode: Mode;
  ownHost: string;
  agreements: AgreementStore;
  blocks: DomainBlockStore;
  pauses: PauseStore;
  apis: Apis;
}): () => Promise<PolicyFacts> {
  return async function readFacts() {
    // By state and host, not by what is newest: no number of rows of one host hides another.
    const [agreements, known, revoked, blocks, pauses] = await Promise.all([
      deps.agreements.active(),
      deps.agreements.hosts(),
      deps.agreements.hosts('revoked'),
      deps.blocks.list(),
      deps.pauses.list(),
    ]);
    const active = new Map<string, ActiveTerms>();
    for (const agreement of latestActive(agreements)) {
      active.set(agreement.host, await activeTerms(agreement));
    }
    return {
      mode: deps.mode,
      ownHost: deps.ownHost,
      active,
      known: new Set(known),
      revoked: new Set(revoked.filter((host) => !active.has(host))),
      paused: new Map(pauses.map(({ host, since }) => [host, since])),
      blocked: new Set(
        blocks.flatMap(({ host, severity }) => (severity === 'suspend' ? [host] : [])),
      ),
      restricted: new Map(
        blocks
          .filter(({ severity }) => severity !== 'suspend')
          .map(({ host, severity, rejectMedia, rejectReports }) => [
            host,
            { silence: severity === 'silence', media: rejectMedia, reports: rejectReports },
          ]),
      ),
    };
  };

  async function activeTerms(agreement: Agreement): Promise<ActiveTerms> {
    const { scopes, groups, limits, expiresAt, them } = agreement;
    return {
      name: them.name,
      scopes: new Set(scopes),
      limits,
      groups: groups === 'all' ? 'all' : new Set([...groups, ...(await accountIds(groups))]),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  /** Features name a group by its account id here; an agreement, by what both sides call it. */
  async function accountIds(iris: string[]): Promise<string[]> {
    const accounts = await Promise.all(iris.map((iri) => deps.apis.accounts.byIri(iri)));
    return accounts.flatMap((account) => (account ? [account._id] : []));
  }
}

/** Of each host, the active version that counts: the highest; of two that crossed, the smaller id. */
export function latestActive(agreements: Agreement[]): Agreement[] {
  const latest = new Map<string, Agreement>();
  for (const agreement of agreements) {
    if (agreement.state !== 'active') continue;
    const other = latest.get(agreement.host);
    if (!other || outranks(agreement, other)) latest.set(agreement.host, agreement);
  }
  return [...latest.values()];
}

/** Of each host, the terms that count: those in force, else those that expired last while they were. */
export function latestInForce(agreements: Agreement[]): Agreement[] {
  const active = latestActive(agreements);
  const hosts = new Set(active.map(({ host }) => host));
  const expired = agreements.filter(
    (one) => one.state === 'expired' && wasInForce(one) && !hosts.has(one.host),
  );
  const last = expired.toSorted((a, b) => (outranks(a, b) ? -1 : 1));
  const byHost = Map.groupBy(last, ({ host }) => host);
  return [...active, ...[...byHost.values()].flatMap(([first]) => first ?? [])];
}
