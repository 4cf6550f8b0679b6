/** The domains that people here are found under: the one after their @, and the web host. */
import { normaliseHost } from '@mitoyen/protocol';
import type { Kit } from '../../kit.ts';

type Own = Pick<Kit, 'ownHost' | 'accountDomain'>;

export function isOwnDomain({ ownHost, accountDomain }: Own, domain: string): boolean {
  const host = normaliseHost(domain);
  return host === accountDomain || host === ownHost;
}

/** As handles are kept: lower case, without our own domain. */
export function keptHandle(own: Own, handle: string): string {
  const [name = '', domain] = handle.trim().replace(/^@/, '').toLowerCase().split('@');
  return domain === undefined || isOwnDomain(own, domain) ? name : `${name}@${domain}`;
}
