/**
 * Names to addresses. Asks DNS directly, with a time limit: `getaddrinfo` would hold one of the
 * few worker threads for as long as a hostile name server likes. The hosts file still comes
 * first, and names that only the system knows are asked of the system.
 */

import { lookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type ResolveHost = (hostname: string) => Promise<string[]>;

const TIMEOUT_MS = 2_000;
const TRIES = 2;
/** Some name servers never answer for IPv6: it gets this much longer than IPv4. */
const PATIENCE_MS = 300;
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
    const six = answerOf(resolver.resolve6(hostname));
    const four = await answerOf(resolver.resolve4(hostname));
    const late = delay(PATIENCE_MS, NO_ANSWER, { ref: false });
    const both = [four, await (four.addresses.length > 0 ? Promise.race([six, late]) : six)];
    const addresses = both.flatMap((one) => one.addresses);
    if (addresses.length > 0) return addresses;
    return both.some((one) => one.isSlow) ? [] : askSystem(hostname);
  };
}

type Answer = { addresses: string[]; isSlow: boolean };

const NO_ANSWER: Answer = { addresses: [], isSlow: false };

async function answerOf(question: Promise<string[]>): Promise<Answer> {
  try {
    return { addresses: await question, isSlow: false };
  } catch (error) {
    const isSlow = error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
    return { addresses: [], isSlow };
  }
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
