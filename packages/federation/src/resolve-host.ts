/**
 * Names to addresses. Asks DNS directly, with a time limit: `getaddrinfo` would hold one of the
 * few worker threads for as long as a hostile name server likes. The hosts file still comes
 * first, and names that only the system knows are asked of the system.
 */

import { lookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export type ResolveHost = (hostname: string) => Promise<string[]>;

const TIMEOUT_MS = 2_000;
const TRIES = 2;
const HOSTS_FILE = '/etc/hosts';

/** @returns a function that answers no address for a name that does not exist */
export function createResolveHost(
  deps: { hosts?: Map<string, string[]>; resolver?: Pick<Resolver, 'resolve4' | 'resolve6'> } = {},
): ResolveHost {
  const hosts = deps.hosts ?? readHosts(HOSTS_FILE);
  const resolver = deps.resolver ?? new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });

  return async function resolveHost(hostname) {
    const known = hosts.get(hostname.toLowerCase());
    if (known) return known;
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]);
    const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (addresses.length > 0) return addresses;
    const isSlow = answers.some((one) => one.status === 'rejected' && isTimeout(one.reason));
    return isSlow ? [] : askSystem(hostname);
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
}

async function askSystem(hostname: string): Promise<string[]> {
  try {
    return (await lookup(hostname, { all: true })).map((one) => one.address);
  } catch {
    return [];
  }
}

function readHosts(file: string): Map<string, string[]> {
  try {
    return parseHosts(readFileSync(file, 'utf8'));
  } catch {
    return new Map();
  }
}

/** The names of a hosts file (hosts(5)), in lower case, with their addresses. */
export function parseHosts(content: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of content.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase()))
      hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}
