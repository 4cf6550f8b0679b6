/**
 * A collection of an actor of ours (a person's followers, a closed group's members) of which each
 * partner's server holds its part: told to it by a digest, listed to it alone, and mended here
 * where a partner's own collection says otherwise (FEP-8fcf).
 */
import { collectionDigest, writeSynchronization } from '@mitoyen/federation';
import type { Apis } from '../apis.ts';
import type { Account } from '../features/accounts/account.ts';
import type { Kit } from '../kit.ts';
import type { DocumentReply } from '../platform/http/endpoints.ts';
import { findDrift } from './find-drift.ts';

/** Above this many at one host no digest is sent. */
const MOST_AT_HOST = 10_000;
const MOST_MENDED = 500;

export type SynchronizedCollection = ReturnType<typeof createSynchronizedCollection>;

/** @param deps.at ids of the accounts at a host that are in the actor's collection */
export function createSynchronizedCollection(deps: {
  kit: Kit;
  apis: Apis;
  at: (actor: string, host: string, most: number) => Promise<string[]>;
}) {
  const { kit, apis } = deps;
  const urlOf = (actor: Account) => `${actor.iri}/followers_synchronization`;

  async function irisAt(actor: Account, host: string): Promise<string[] | null> {
    const ids = await deps.at(actor._id, host, MOST_AT_HOST + 1);
    if (ids.length > MOST_AT_HOST) return null;
    return (await apis.accounts.getMany(ids)).map((account) => account.iri);
  }

  /** The header for a host; null where no digest is sent. */
  async function describe(actor: Account, host: string): Promise<string | null> {
    const listed = await irisAt(actor, host);
    if (!listed) return null;
    return writeSynchronization({
      collectionId: actor.followersIri ?? `${actor.iri}/followers`,
      url: urlOf(actor),
      digest: collectionDigest(listed),
    });
  }

  /** What a partner's server may read: its own people. */
  async function document(actor: Account, host: string): Promise<DocumentReply> {
    const listed = await irisAt(actor, host);
    if (!listed) return null;
    return {
      kind: 'ok',
      json: {
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: urlOf(actor),
        type: 'OrderedCollection',
        orderedItems: listed,
      },
    };
  }

  /**
   * A remote actor sent a digest of those of ours whom it lists. `held` are those whom we take to
   * be in its collection, read before its list is: whoever is held here by now is listed there, or
   * is no more.
   */
  async function mend(
    actor: Account,
    header: string,
    held: Account[],
    act: {
      /** It does not list somebody of ours whom we hold. */
      leave: (person: Account) => Promise<void>;
      /** It lists somebody of ours whom we do not hold. */
      takeBack: (person: Account) => Promise<void>;
    },
  ): Promise<void> {
    const drift = await findDrift(kit, {
      header,
      collectionIri: actor.followersIri,
      held: held.map((account) => account.iri),
    });
    if (!drift) return;
    const { unlisted, unknown } = drift;
    kit.log.info(
      { actor: actor.iri, unlisted: unlisted.length, unknown: unknown.length },
      'a collection had drifted apart',
    );
    for (const iri of unlisted) {
      const person = held.find((account) => account.iri === iri);
      if (person) await act.leave(person);
    }
    for (const iri of unknown.slice(0, MOST_MENDED)) {
      const person = await apis.accounts.byIri(iri);
      if (person?.domain === null) await act.takeBack(person);
    }
  }

  return { describe, document, mend };
}
