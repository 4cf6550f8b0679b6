/**
 * Quotes on the wire (FEP-044f), as Mastodon sends them since 4.5, and what Misskey, Fedibird and
 * Pleroma say instead: they know no approval.
 */
import { parseIri } from '@mitoyen/protocol';
import { PUBLIC } from './addressing.ts';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, firstType, objectId, objectIds } from './values.ts';

/** The terms of quotes, and of who may quote (GoToSocial's). */
export const QUOTE_TERMS = {
  gts: 'https://gotosocial.org/ns#',
  quote: { '@id': 'https://w3id.org/fep/044f#quote', '@type': '@id' },
  quoteUri: 'http://fedibird.com/ns#quoteUri',
  _misskey_quote: 'https://misskey-hub.net/ns#_misskey_quote',
  quoteAuthorization: { '@id': 'https://w3id.org/fep/044f#quoteAuthorization', '@type': '@id' },
  interactionPolicy: { '@id': 'gts:interactionPolicy', '@type': '@id' },
  canQuote: { '@id': 'gts:canQuote', '@type': '@id' },
  automaticApproval: { '@id': 'gts:automaticApproval', '@type': '@id' },
  manualApproval: { '@id': 'gts:manualApproval', '@type': '@id' },
  QuoteRequest: 'https://w3id.org/fep/044f#QuoteRequest',
  QuoteAuthorization: 'https://w3id.org/fep/044f#QuoteAuthorization',
  interactingObject: { '@id': 'gts:interactingObject', '@type': '@id' },
  interactionTarget: { '@id': 'gts:interactionTarget', '@type': '@id' },
};

/** Whom a post lets quote it. `others` is what no server here can judge. */
export type QuoteGroups = ('public' | 'followers' | 'following' | 'author' | 'others')[];

export type QuoteFacts = {
  /** The quoted post, and the stamp by which its author agrees. */
  quote?: { iri: string; stamp?: string };
  /** Addresses of those whose quotes are approved at once. */
  approves?: string[];
};

export type RemoteQuote = {
  iri: string;
  stamp?: string;
  /** Said in the words of a server that asks nobody. */
  legacy: boolean;
};

export type QuoteAuthorization = {
  id: string;
  attributedTo: string;
  interactingObject: string;
  interactionTarget: string;
};

export function quoteTerms({ quote, approves }: QuoteFacts): JsonObject {
  return {
    ...(quote && {
      quote: quote.iri,
      quoteUri: quote.iri,
      _misskey_quote: quote.iri,
      ...(quote.stamp && { quoteAuthorization: quote.stamp }),
    }),
    ...(approves && { interactionPolicy: { canQuote: { automaticApproval: approves } } }),
  };
}

export function readQuote(json: JsonObject): RemoteQuote | undefined {
  const iri = objectId(json.quote);
  if (iri !== null) {
    const stamp = objectId(json.quoteAuthorization);
    return { iri, legacy: false, ...(stamp !== null && { stamp }) };
  }
  const named =
    objectId(json.quoteUrl ?? json.quoteUri ?? json._misskey_quote) ?? taggedQuote(json);
  return named === null ? undefined : { iri: named, legacy: true };
}

/** FEP-e232: a link to the quoted object among the tags. */
function taggedQuote(json: JsonObject): string | null {
  const link = asList(json.tag)
    .slice(0, LIMITS.mentions)
    .find(
      (tag) =>
        isObject(tag) && firstType(tag.type) === 'Link' && asList(tag.rel).some(isQuoteRelation),
    );
  return isObject(link) ? parseIri(link.href) : null;
}

function isQuoteRelation(value: unknown): boolean {
  return value === 'https://misskey-hub.net/ns#_misskey_quote';
}

/** Who may quote; undefined where the post says nothing of it. */
export function readQuotePolicy(
  json: JsonObject,
  author: { iri: string; followers?: string; following?: string },
): { automatic: QuoteGroups; manual: QuoteGroups } | undefined {
  const policy = json.interactionPolicy;
  const rule = isObject(policy) && isObject(policy.canQuote) ? policy.canQuote : undefined;
  if (!rule) return undefined;
  const groups = (value: unknown): QuoteGroups => [
    ...new Set(
      idsOf(value).map((iri) => {
        if (iri === PUBLIC) return 'public' as const;
        if (iri === author.iri) return 'author' as const;
        if (iri === author.followers) return 'followers' as const;
        return iri === author.following ? ('following' as const) : ('others' as const);
      }),
    ),
  ];
  return { automatic: groups(rule.automaticApproval), manual: groups(rule.manualApproval) };
}

function idsOf(value: unknown): string[] {
  const isPublic = asList(value).some((one) => one === 'as:Public' || one === 'Public');
  return [...(isPublic ? [PUBLIC] : []), ...objectIds(value)];
}

/** Null where the document is none. Who could issue it is for the caller to judge. */
export function readQuoteAuthorization(json: JsonObject): QuoteAuthorization | null {
  const id = parseIri(json.id);
  const attributedTo = objectId(json.attributedTo);
  const interactingObject = objectId(json.interactingObject);
  const interactionTarget = objectId(json.interactionTarget);
  if (firstType(json.type) !== 'QuoteAuthorization' || id === null || attributedTo === null)
    return null;
  if (interactingObject === null || interactionTarget === null) return null;
  return { id, attributedTo, interactingObject, interactionTarget };
}

export function buildQuoteAuthorization(facts: QuoteAuthorization): JsonObject & { id: string } {
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', QUOTE_TERMS],
    type: 'QuoteAuthorization',
    ...facts,
  };
}
