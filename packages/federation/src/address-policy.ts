/** Which addresses the server may connect to: globally routable ones, and nothing else unless allowed. */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Special-use ranges that ipaddr.js takes for unicast (IANA special-purpose registries). */
const ALSO_SPECIAL = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
].map((range) => ipaddr.parseCIDR(range));

export type AddressPolicy = {
  /** Whether this literal address may be connected to. */
  permits: (address: string) => boolean;
  /** Whether it is in a range that the admin allowed by name (then any port will do). */
  isAllowedPrivate: (address: string) => boolean;
};

/** @param allowed CIDR ranges of private networks that may be reached */
export function createAddressPolicy(allowed: string[]): AddressPolicy {
  const ranges = allowed.map((range) => ipaddr.parseCIDR(range));

  function inAllowed(address: Address): boolean {
    return ranges.some((range) => matches(address, range));
  }

  return {
    permits: (text) => {
      const address = parse(text);
      if (!address) return false;
      return inAllowed(address) || embedded(address).every(isGlobal);
    },
    isAllowedPrivate: (text) => {
      const address = parse(text);
      return address !== null && inAllowed(address);
    },
  };
}

function parse(text: string): Address | null {
  const bare = text.replace(/^\[|\]$/g, '');
  if (!ipaddr.isValid(bare) || bare.includes('%')) return null;
  // ::ffff:a.b.c.d is a.b.c.d on the wire.
  return ipaddr.process(bare);
}

function matches(address: Address, [range, bits]: [Address, number]): boolean {
  return address.kind() === range.kind() && address.match(range as never, bits);
}

function isGlobal(address: Address): boolean {
  return address.range() === 'unicast' && !ALSO_SPECIAL.some((range) => matches(address, range));
}

/** The address and, where it is a translation (NAT64, 6to4), the IPv4 address inside it too. */
function embedded(address: Address): Address[] {
  if (address.kind() === 'ipv4') return [address];
  const bytes = address.toByteArray();
  const v4 = (start: number) => new ipaddr.IPv4(bytes.slice(start, start + 4));
  if (matches(address, ipaddr.parseCIDR('64:ff9b::/96'))) return [v4(12)];
  if (matches(address, ipaddr.parseCIDR('2002::/16'))) return [v4(2), ipaddr.IPv4.parse('0.0.0.0')];
  return [address];
}
