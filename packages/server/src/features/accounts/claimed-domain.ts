/** WebFinger: which domain stands after the @ of somebody elsewhere. */
import { readWebfinger } from '@mitoyen/federation';
import { iriHost, normaliseHost, sameIri } from '@mitoyen/protocol';
import type { RemoteFetch } from '../../inbox/remote-fetch.ts';
import type { Kit } from '../../kit.ts';
import { isOwnDomain } from './own-domain.ts';

export function createClaimedDomains(deps: {
  remote: RemoteFetch;
  own: Pick<Kit, 'ownHost' | 'accountDomain'>;
  allowHttp: boolean;
}) {
  const { remote, own } = deps;

  /**
   * May differ from the host of the id, if that domain's WebFinger points back to this very
   * actor; else it is the host of the id. Both ways, so that nobody goes by others' names.
   */
  async function domainOf(username: string, iri: string): Promise<string> {
    const host = iriHost(iri);
    const found = await ask(`acct:${username}@${host}`, host);
    const domain = found && normaliseHost(found.domain);
    if (!found || !domain || domain === host || !sameIri(found.actor, iri)) return host;
    if (isOwnDomain(own, domain)) return host;
    const back = await ask(`acct:${username}@${domain}`, domain, host);
    return back && sameIri(back.actor, iri) ? domain : host;
  }

  /** @param nameOf the server whose people may be called after this host: it is no partner itself */
  async function ask(
    resource: string,
    host: string,
    nameOf?: string,
  ): Promise<ReturnType<typeof readWebfinger>> {
    const schemes = deps.allowHttp ? ['https', 'http'] : ['https'];
    for (const scheme of isPlainHost(host) ? schemes.toReversed() : schemes) {
      const url = `${scheme}://${host}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`;
      const accept = 'application/jrd+json, application/json';
      const answer = await remote.json(url, accept, nameOf === undefined ? {} : { nameOf });
      if (answer.kind === 'ok') return readWebfinger(answer.document, { resource });
      if (answer.kind === 'gone') return null;
    }
    return null;
  }

  return { domainOf, ask };
}

function isPlainHost(host: string): boolean {
  return /^(localhost|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])(:\d+)?$/.test(host) || /:\d+$/.test(host);
}
