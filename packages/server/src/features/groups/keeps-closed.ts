/**
 * Only servers that say so (FEP-844e) are trusted with closed and secret groups: which of their
 * readers sees what is theirs to enforce, and software that does not know the word shows it to all.
 */
import { keepsClosedGroups, readCapabilities } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Account } from '../accounts/account.ts';
import type { GroupAccess } from './group.ts';
import type { GroupDeps } from './group-deps.ts';

/** `unknown`: it could not be asked just now. */
export type Kept = 'yes' | 'no' | 'unknown';

const FRESH_MS = 10 * 60_000;
const AGAIN_MS = 60_000;

export type KeepsClosed = ReturnType<typeof createKeepsClosed>;

export function createKeepsClosed(deps: Pick<GroupDeps, 'kit' | 'apis'>) {
  const { kit, apis } = deps;
  const answers = createBoundedCache<string, Kept>(1000);

  /** Whether the server of somebody may hold what is posted in a group with this access. */
  async function mayHold(access: GroupAccess, person: Account): Promise<Kept> {
    if (access === 'open' || person.domain === null) return 'yes';
    if (keepsClosedGroups(person.capabilities)) return 'yes';
    const host = iriHost(person.iri);
    const known = answers.get(host);
    if (known) return known;
    const answer = await ask(person);
    answers.set(host, answer, { ttl: answer === 'unknown' ? AGAIN_MS : FRESH_MS });
    return answer;
  }

  /** Its server's own actor as it is stored, then anew: it may have learned it since. */
  async function ask(person: Account): Promise<Kept> {
    const server = new URL('/actor', person.iri).href;
    if (keepsClosedGroups((await apis.accounts.resolveIri(server))?.capabilities)) return 'yes';
    const fetched = [await kit.remote.document(server), await kit.remote.document(person.iri)];
    for (const one of fetched) {
      if (one.kind === 'ok' && keepsClosedGroups(readCapabilities(one.document))) return 'yes';
    }
    return fetched.every(({ kind }) => kind === 'ok' || kind === 'gone') ? 'no' : 'unknown';
  }

  return { mayHold };
}

/** For the moderator who wanted to let somebody in. */
export function whyNotHeld(kept: Exclude<Kept, 'yes'>, { domain }: Account): string {
  return kept === 'no'
    ? `the server of ${domain} does not say that it shows closed groups to members alone (FEP-844e)`
    : `the server of ${domain} cannot be asked just now whether it shows closed groups to members alone`;
}
