/** Reading single properties of compact ActivityStreams, whatever shape a peer gives them. */
import { parseIri, sameOrigin } from '@mitoyen/protocol';
import { isObject } from './json.ts';
import { LIMITS } from './limits.ts';

/** The id of a value that is an IRI, an object with an id, or a list of these (the first). */
export function objectId(value: unknown): string | null {
  if (Array.isArray(value)) return objectId(value[0]);
  if (isObject(value)) return parseIri(value.id ?? value.href);
  return parseIri(value);
}

/** The same, where it is of one origin with another IRI: what an actor says of its own collections. */
export function ownId(value: unknown, of: string): string | undefined {
  const id = objectId(value);
  return id !== null && sameOrigin(id, of) ? id : undefined;
}

/** All ids of a value, without repeats, bounded. */
export function objectIds(value: unknown): string[] {
  const ids = asList(value)
    .slice(0, LIMITS.recipients)
    .flatMap((one) => objectId(one) ?? []);
  return [...new Set(ids)];
}

export function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The first that says more than `Object`, which everything is. */
export function firstType(value: unknown): string {
  const types = asList(value);
  const type = types.find((one) => one !== 'Object') ?? types[0];
  return typeof type === 'string' ? type : '';
}

/** Plain text, cut to a length; undefined where it is none. */
export function text(value: unknown, most: number = LIMITS.textCharacters): string | undefined {
  return typeof value === 'string' ? value.slice(0, most) : undefined;
}

/** A string, or the first of a language map. */
export function mappedText(value: unknown, map: unknown, most: number): string | undefined {
  const plain = text(value, most);
  if (plain !== undefined) return plain;
  return isObject(map) ? text(Object.values(map)[0], most) : undefined;
}

/** Milliseconds since the epoch, or undefined. */
export function time(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? Math.floor(value)
    : undefined;
}

/** An address to show: a string, a Link, or the best of several (HTML first). */
export function linkUrl(value: unknown): string | undefined {
  const links = asList(value);
  const html = links.find((link) => isObject(link) && link.mediaType === 'text/html');
  const chosen = html ?? links.find((link) => typeof link === 'string') ?? links[0];
  return parseIri(isObject(chosen) ? chosen.href : chosen) ?? undefined;
}

/** The picture of an icon or image property. */
export function pictureUrl(value: unknown): string | undefined {
  const [first] = asList(value);
  if (isObject(first)) return linkUrl(first.url ?? first.href);
  return parseIri(first) ?? undefined;
}
