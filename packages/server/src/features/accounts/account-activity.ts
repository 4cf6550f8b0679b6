/** A local account as an ActivityPub actor. */
import {
  buildActivityDocument,
  buildActor,
  type JsonObject,
  OUR_CAPABILITIES,
  PUBLIC,
} from '@mitoyen/federation';
import type { WireEmoji } from '../emojis/emojis.ts';
import type { Account, AccountKind } from './account.ts';

const TYPES: Record<AccountKind, 'Person' | 'Group' | 'Service' | 'Organization' | 'Application'> =
  {
    person: 'Person',
    group: 'Group',
    service: 'Service',
    organization: 'Organization',
    application: 'Application',
  };

type Picture = { url: string; mediaType: string };

export function toActor(
  account: Account,
  options: { baseUrl: string; now: number; icon?: Picture; image?: Picture; emojis: WireEmoji[] },
): JsonObject {
  const [publicKey] = account.publicKeys;
  const assertionKeys = account.assertionKeys.filter(
    ({ until }) => until === undefined || until > options.now,
  );
  if (!publicKey || assertionKeys.length === 0) throw new Error('a local account has its keys');
  return buildActor({
    id: account.iri,
    type: account.kind === 'person' && account.bot ? 'Service' : TYPES[account.kind],
    username: account.username,
    name: account.displayName,
    summary: account.bio,
    url: account.url,
    inbox: account.inbox,
    outbox: account.outbox,
    followers: account.followersIri,
    following: account.kind === 'person' ? account.followingIri : undefined,
    featured: account.featuredIri,
    sharedInbox: `${options.baseUrl}/inbox`,
    publicKey,
    assertionKeys,
    manuallyApprovesFollowers: account.locked,
    discoverable: account.discoverable,
    published: new Date(account.createdAt).toISOString(),
    ...(account.kind === 'person' && { indexable: account.indexable ?? false }),
    icon: options.icon && { ...options.icon, text: account.avatarText },
    image: options.image && { ...options.image, text: account.headerText },
    fields: account.fields.map(({ name, value }) => ({ name, value })),
    emojis: options.emojis,
    alsoKnownAs: account.alsoKnownAs,
    movedTo: account.movedTo,
    more: capabilitiesOf(account, options.baseUrl),
  });
}

/** On the server's own actor, and with every other, so that nobody has to look for it (FEP-844e). */
function capabilitiesOf({ kind }: Account, baseUrl: string): JsonObject {
  if (kind === 'application') return { implements: OUR_CAPABILITIES };
  return {
    generator: { type: 'Application', id: `${baseUrl}/actor`, implements: OUR_CAPABILITIES },
  };
}

export function updateActivity(account: Account, actor: JsonObject): JsonObject & { id: string } {
  const { '@context': context, ...object } = actor;
  return buildActivityDocument('Update', {
    id: `${account.iri}#updates/${account.updatedAt}`,
    actor: account.iri,
    to: [PUBLIC],
    cc: account.followersIri ? [account.followersIri] : [],
    object,
    context: context as unknown[],
  });
}
