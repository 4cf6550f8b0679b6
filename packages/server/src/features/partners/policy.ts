/** The federation policy as a pure rule over what is known of hosts. */
import type { Limits, Restriction, Scope } from './partners.ts';

export type Mode = 'closed' | 'partners' | 'open';

/** The part of an active agreement that decides. `groups`: account ids and ActivityPub ids. */
export type ActiveTerms = {
  name: string;
  scopes: ReadonlySet<Scope>;
  groups: 'all' | ReadonlySet<string>;
  limits: Limits;
  expiresAt?: number;
};

export type PolicyFacts = {
  mode: Mode;
  ownHost: string;
  active: ReadonlyMap<string, ActiveTerms>;
  /** Hosts that an agreement was ever offered to, or by. */
  known: ReadonlySet<string>;
  /** Hosts whose agreement was revoked by either side, with none in its place. */
  revoked: ReadonlySet<string>;
  /** Hosts that are paused since when, and `*` where all are. */
  paused: ReadonlyMap<string, number>;
  /** Blocked hosts; their subdomains count as blocked too. */
  blocked: ReadonlySet<string>;
  /** Hosts of which something less is refused; their subdomains too. */
  restricted: ReadonlyMap<string, Restriction>;
};

export type Question = { host: string; scope?: Scope; groupId?: string; now: number };

/** Whether anything of this scope may be exchanged with the host. Deny by default. */
export function permits(facts: PolicyFacts, question: Question): boolean {
  const { host, now } = question;
  if (!mayEver(facts, host)) return false;
  const terms = facts.active.get(host);
  // What both sides have signed binds in every mode: the other one keeps to it as well.
  if (terms !== undefined && isCurrent(terms, now)) return covers(terms, question);
  // A revoked partner stays out in `open` mode too: revocation stops everything.
  return facts.mode === 'open' && !facts.revoked.has(host);
}

/** Whether offers and answers about agreements may be exchanged with the host. */
export function permitsAgreement(
  facts: PolicyFacts,
  host: string,
  reviewing: (host: string) => boolean,
): boolean {
  return mayEver(facts, host) && (facts.known.has(host) || reviewing(host));
}

export function isCurrent(terms: Pick<ActiveTerms, 'expiresAt'>, now: number): boolean {
  return terms.expiresAt === undefined || terms.expiresAt > now;
}

function mayEver(facts: PolicyFacts, host: string): boolean {
  return facts.mode !== 'closed' && host !== facts.ownHost && !isBlocked(facts.blocked, host);
}

function covers(terms: ActiveTerms, { scope, groupId }: Question): boolean {
  if (scope === undefined) return true;
  if (!terms.scopes.has(scope)) return false;
  if (scope !== 'groups' || groupId === undefined) return true;
  return terms.groups === 'all' || terms.groups.has(groupId);
}

/** A block names a host with all its ports and subdomains. */
export function isBlocked(blocked: ReadonlySet<string>, host: string): boolean {
  return blocked.size > 0 && namesOf(host).some((name) => blocked.has(name));
}

/** The host, without its port, and what it is a subdomain of: the narrowest first. */
function namesOf(host: string): string[] {
  const labels = host.replace(/:\d+$/, '').split('.');
  return [host, ...labels.map((_, index) => labels.slice(index).join('.'))];
}

/** What holds of a host: the narrowest entry counts. */
export function restrictionOf(
  restricted: ReadonlyMap<string, Restriction>,
  host: string,
): Restriction | null {
  if (restricted.size === 0) return null;
  const name = namesOf(host).find((one) => restricted.has(one));
  return (name && restricted.get(name)) || null;
}
