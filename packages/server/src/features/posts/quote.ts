/** Quotes: what the quoting post keeps of them, who may quote a post, and where. Pure. */
import { PUBLIC, type QuoteGroups, type RemoteNote } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { QuotePolicy } from '../preferences/preferences.ts';
import type { Audience, Post, Reader } from './post.ts';

/**
 * `pending`: not (yet) agreed to; `rejected` and `revoked`: by the author of the quoted post;
 * `deleted` and `unauthorized`: its origin says that it is gone, or not for us.
 */
export type QuoteState =
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'revoked'
  | 'deleted'
  | 'unauthorized';

export type PostQuote = {
  /** The quoted post on the wire; its id and author where we hold it. */
  iri: string;
  post?: string;
  author?: string;
  state: QuoteState;
  /** The address of the stamp by which its author agrees (FEP-044f). */
  stamp?: string;
  /** It may be counted where everybody sees the number. */
  counted?: boolean;
  /** Its server asks nobody (Misskey, Fedibird, Pleroma). */
  legacy?: boolean;
};

/** Whose quotes are approved at once, and whose after a look. */
export type CanQuote = { automatic: QuoteGroups; manual: QuoteGroups };

export type { QuotePolicy };

export type Approval = 'automatic' | 'manual' | 'denied' | 'unknown';

type Place = { audience: Audience; readers: Reader[]; group?: string | undefined };

/** What a local post lets others do; what is for followers or in a message is its author's alone. */
export function canQuoteOf(policy: QuotePolicy, { audience }: Pick<Place, 'audience'>): CanQuote {
  const isOnlyTheirs = audience === 'followers' || audience === 'direct';
  return { automatic: isOnlyTheirs || policy === 'nobody' ? [] : [policy], manual: [] };
}

/**
 * Why a post cannot be quoted there; null where it can. A quote is for nobody who could not read
 * the quoted post: what is not for everybody is quoted only among its own readers.
 */
export function quotePlaceProblem(quoted: Post, quoting: Place, author: string): string | null {
  if (quoting.audience === 'direct') return 'cannot be used in a message: send its link';
  if (quoted.audience === 'direct') return 'is a message, which is not quoted';
  if (quoted.audience === 'followers' && quoted.author !== author)
    return 'is for the followers of its author, who alone may quote it';
  const mayAll = quoting.readers.every((reader) => quoted.readers.includes(reader));
  if (quoted.readers.includes('public') || mayAll) return null;
  return 'is not for everybody whom this post is for';
}

/** Whether the author of the quoted post may read the quoting one, and so can be asked. */
export function canAskFor(quoting: Place, quoted: Pick<Post, 'group'>): boolean {
  if (quoting.readers.includes('public')) return true;
  return quoting.group !== undefined && quoting.group === quoted.group;
}

/** The number tells of nothing that not every reader of the quoted post may know. */
export function isCounted(quoting: Pick<Place, 'readers'>, quoted: Pick<Post, 'readers'>): boolean {
  return quoting.readers.includes('public') || !quoted.readers.includes('public');
}

/** @param facts.follows whether the viewer follows the author; `followed`: the other way round */
export function approvalFor(
  { canQuote }: Pick<Post, 'canQuote'>,
  facts: { follows: boolean; followed: boolean },
): Approval {
  const applies = (groups: QuoteGroups = []) =>
    groups.includes('public') ||
    (groups.includes('followers') && facts.follows) ||
    (groups.includes('following') && facts.followed);
  if (applies(canQuote?.automatic)) return 'automatic';
  if (applies(canQuote?.manual)) return 'manual';
  const all = [...(canQuote?.automatic ?? []), ...(canQuote?.manual ?? [])];
  return all.includes('others') ? 'unknown' : 'denied';
}

/** The quote of a remote post before anybody looked at it. */
export function remoteQuote(note: Pick<RemoteNote, 'quote'>): PostQuote | undefined {
  if (!note.quote) return undefined;
  const { iri, stamp, legacy } = note.quote;
  return { iri, state: 'pending', ...(stamp && { stamp }), ...(legacy && { legacy }) };
}

/** The addresses of those whose quotes are approved at once: nobody's but the author's own, at least. */
export function approvedAddresses({ canQuote }: Post, author: Account): string[] | undefined {
  if (!canQuote) return undefined;
  const followers = author.followersIri ?? `${author.iri}/followers`;
  const addresses = canQuote.automatic.flatMap((group) => {
    if (group === 'public') return [PUBLIC];
    return group === 'followers' ? [followers] : [];
  });
  return addresses.length > 0 ? addresses : [author.iri];
}
