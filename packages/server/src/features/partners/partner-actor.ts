/** The other side's instance actor: found at `/actor`, and the only one who speaks for its host. */
import { iriHost, normaliseHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { PartyFacts } from './agreement.ts';
import type { Party } from './partners.ts';

export function createPartnerActors(deps: { kit: Kit; apis: Apis }) {
  const { kit, apis } = deps;

  function schemes(): string[] {
    if (!kit.config.federation.allow_http) return ['https'];
    return kit.baseUrl.startsWith('http:') ? ['http', 'https'] : ['https', 'http'];
  }

  /** The host in its normal form. AppError `invalid` for what cannot be a partner. */
  function hostOf(text: string): string {
    const problem = (message: string) => invalid({ field: 'host', code: 'ERR_INVALID', message });
    const bare = text
      .trim()
      .replace(/^https?:\/\//i, '')
      .replace(/\/+$/, '');
    const host = normaliseHost(bare);
    if (host === null) throw problem('is not a host name like social.example.org');
    if (host === kit.ownHost) throw problem('is this server itself');
    if (apis.policy.mode() === 'closed') {
      throw problem('cannot be a partner: federation.mode is closed');
    }
    return host;
  }

  /** Fetches it because an admin asked to. Policy must allow agreement traffic with the host. */
  async function fetch(host: string): Promise<Account> {
    const reasons: string[] = [];
    for (const scheme of schemes()) {
      const iri = `${scheme}://${host}/actor`;
      const fetched = await kit.remote.document(iri);
      if (fetched.kind === 'ok') {
        const account = await apis.accounts.resolveIri(iri, { refresh: true });
        if (account && isInstanceActor(account)) return account;
        reasons.push('what it shows is not an instance actor');
      } else {
        reasons.push('reason' in fetched ? inWords(fetched.reason) : 'there is nothing at /actor');
      }
    }
    throw new AppError(
      'remote_failed',
      `${host} does not answer as a server that can be a partner (${[...new Set(reasons)].join('; ')})`,
    );
  }

  async function us(): Promise<Party> {
    const actor = await apis.accounts.instanceActor();
    return { ...partyOf(actor, kit.ownHost), name: kit.config.instance.name };
  }

  return {
    hostOf,
    fetch,
    us,
    them: (account: Account) => partyOf(account, iriHost(account.iri)),
    facts: async (account: Account): Promise<{ us: PartyFacts; them: PartyFacts }> => ({
      us: factsOf(await apis.accounts.instanceActor(), kit.ownHost),
      them: factsOf(account, iriHost(account.iri)),
    }),
  };
}

export type PartnerActors = ReturnType<typeof createPartnerActors>;

/** Agreements are between instance actors: `Application` at `/actor`, nobody else of the host. */
export function isInstanceActor(account: Pick<Account, 'kind' | 'iri' | 'state'>): boolean {
  return (
    account.kind === 'application' &&
    account.state === 'active' &&
    sameIri(account.iri, new URL('/actor', account.iri).href)
  );
}

function partyOf(account: Account, host: string): Party {
  const [key] = account.publicKeys;
  // Retired keys, and keys of other kinds, may stand beside it.
  const proofKey = account.assertionKeys.find(({ multibase }) => multibase.startsWith('z6Mk'));
  if (!key || !proofKey) {
    throw new AppError(
      'remote_failed',
      `The instance actor of ${host} shows no key to sign agreements with`,
    );
  }
  return {
    host,
    actor: account.iri,
    name: (account.displayName || host).slice(0, 200),
    publicKeyPem: key.pem,
    proofKey: proofKey.multibase,
  };
}

function factsOf(account: Account, host: string): PartyFacts {
  return {
    host,
    actor: account.iri,
    keys: account.publicKeys.map((key) => key.pem),
    proofKeys: account.assertionKeys.map((key) => key.multibase),
  };
}

/** What an admin can do about it, where that is the configuration of this server. */
function inWords(reason: string): string {
  if (reason !== 'address_refused') return reason;
  return 'it is in a private network: see federation.allow_private_networks';
}
