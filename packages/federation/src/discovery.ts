/** WebFinger (RFC 7033), host-meta (RFC 6415) and NodeInfo 2.1 documents. */
import { iriHost, normaliseHost, parseIri, sameIri } from '@mitoyen/protocol';
import { z } from 'zod';
import type { JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { escapeHtml } from './sanitize-html.ts';

export const JRD_TYPE = 'application/jrd+json; charset=utf-8';
const ACTIVITY_TYPE = 'application/activity+json';

export function webfingerDocument(account: {
  username: string;
  domain: string;
  iri: string;
  url: string;
  avatar?: { url: string; mediaType: string };
}): JsonObject {
  return {
    subject: `acct:${account.username}@${account.domain}`,
    aliases: [...new Set([account.url, account.iri])],
    links: [
      { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: account.url },
      { rel: 'self', type: ACTIVITY_TYPE, href: account.iri },
      ...(account.avatar
        ? [
            {
              rel: 'http://webfinger.net/rel/avatar',
              type: account.avatar.mediaType,
              href: account.avatar.url,
            },
          ]
        : []),
    ],
  };
}

/**
 * What a WebFinger answer says of a resource: the actor's id and its handle; null where it does
 * not fit. The handle may be of another domain than was asked (the people of web.example are
 * @example): then it is a claim, which that domain must confirm by pointing back.
 */
export function readWebfinger(
  json: JsonObject,
  options: { resource: string },
): { actor: string; username: string; domain: string } | null {
  const read = jrdSchema.safeParse(json);
  if (!read.success) return null;
  const { subject, aliases, links } = read.data;
  const [, username, host] = /^acct:([^@\s]{1,200})@([^@\s/]{1,260})$/i.exec(subject) ?? [];
  const actor = parseIri(links.find(isSelf)?.href);
  const domain = host ? normaliseHost(host) : null;
  if (!username || domain === null || actor === null) return null;
  const asked = options.resource.toLowerCase();
  const isAboutIt =
    [subject, ...aliases].some((name) => name.toLowerCase() === asked || sameIri(name, asked)) ||
    resourceHost(asked) === iriHost(actor);
  return isAboutIt ? { actor, username, domain } : null;
}

const linkSchema = z.object({
  rel: z.string(),
  type: z.string().optional(),
  href: z.string().optional(),
});

/** RFC 7033 section 4.4. One link or alias that is malformed does not spoil the others. */
const jrdSchema = z.object({
  subject: z.string().max(500),
  aliases: z.array(z.string().catch('')).max(LIMITS.links).catch([]),
  links: z.array(linkSchema.catch({ rel: '' })).max(LIMITS.links),
});

function isSelf({ rel, type = '' }: z.infer<typeof linkSchema>): boolean {
  return rel === 'self' && /^application\/(activity\+json|ld\+json)/i.test(type);
}

export function hostMeta(baseUrl: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n  <Link rel="lrdd" template="${escapeHtml(baseUrl)}/.well-known/webfinger?resource={uri}"/>\n</XRD>\n`;
}

export function nodeinfoIndex(baseUrl: string): JsonObject {
  return {
    links: [
      { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href: `${baseUrl}/nodeinfo/2.1` },
    ],
  };
}

export function nodeinfoDocument(facts: {
  version: string;
  openRegistrations: boolean;
  users: { total?: number; activeMonth?: number; activeHalfyear?: number };
  localPosts?: number;
  /** Left out where strangers are to learn nothing. */
  name?: string;
  description?: string;
}): JsonObject {
  return {
    version: '2.1',
    software: { name: 'mitoyen', version: facts.version },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: facts.openRegistrations,
    usage: {
      users: facts.users,
      ...(facts.localPosts !== undefined && { localPosts: facts.localPosts }),
    },
    metadata: {
      ...(facts.name !== undefined && { nodeName: facts.name }),
      ...(facts.description !== undefined && { nodeDescription: facts.description }),
    },
  };
}

/** The host that an `acct:` handle or an address belongs to. */
export function resourceHost(resource: string): string | null {
  const handle = /^acct:[^@]+@([^@/]+)$/i.exec(resource);
  if (handle?.[1]) return normaliseHost(handle[1]);
  return parseIri(resource) === null ? null : iriHost(resource);
}
