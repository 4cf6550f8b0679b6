/** Opens connections: resolves a name once, checks every address, and connects to those alone. */
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.ts';
import type { ResolveHost } from './resolve-host.ts';
import { SafeHttpError, type SafeHttpReason } from './safe-http-error.ts';

const USUAL_PORTS = new Set(['', '80', '443']);

/**
 * A connector for undici. The check is the socket's own lookup, so there is no second look at
 * DNS that could answer otherwise; one bad address says that the name is not to be trusted.
 */
export function createGuardedConnector(deps: {
  policy: AddressPolicy;
  resolve: ResolveHost;
  timeoutMs: number;
}): buildConnector.connector {
  const { policy, resolve } = deps;
  const usualPort = connectorFor(true);
  const anyPort = connectorFor(false);

  function refusal(addresses: string[], isUsualPort: boolean): SafeHttpReason | null {
    if (addresses.length === 0) return 'not_found_in_dns';
    if (!addresses.every(policy.permits)) return 'address_refused';
    return isUsualPort || addresses.every(policy.isAllowedPrivate) ? null : 'port_refused';
  }

  function connectorFor(isUsualPort: boolean): buildConnector.connector {
    const lookup: LookupFunction = (hostname, options, callback) => {
      resolve(hostname).then(
        (addresses) => {
          const reason = refusal(addresses, isUsualPort);
          const all = addresses.map((address) => ({ address, family: isIP(address) }));
          if (reason) callback(new SafeHttpError(reason), '', 0);
          else if (options.all) callback(null, all);
          else callback(null, all[0]?.address ?? '', all[0]?.family);
        },
        (error) => callback(new SafeHttpError('not_found_in_dns', { cause: error }), '', 0),
      );
    };
    // Both families are tried, as the system would; HTTP/1.1 only, whose bounds we know.
    const settings = { lookup, autoSelectFamily: true, allowH2: false, timeout: deps.timeoutMs };
    return buildConnector(settings as buildConnector.BuildOptions);
  }

  return (target, callback) => {
    const isUsualPort = USUAL_PORTS.has(target.port);
    const bare = target.hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without a lookup.
    const reason = isIP(bare) ? refusal([bare], isUsualPort) : null;
    if (reason) return callback(new SafeHttpError(reason), null);
    return (isUsualPort ? usualPort : anyPort)({ ...target, hostname: bare }, callback);
  };
}
