/** A group's actor document: the account's, with what makes it a group. */
import { isObject, type JsonObject } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import { companiesIri, type Group, type GroupAccess, reachOf } from './group.ts';

/** Smithereen's words for the access, and Lemmy's for restricted posting. */
const TERMS = {
  sm: 'http://smithereen.software/ns#',
  lemmy: 'https://join-lemmy.org/ns#',
  accessType: 'sm:accessType',
  postingRestrictedToMods: 'lemmy:postingRestrictedToMods',
  mitoyen: 'https://mitoyen.org/ns#',
  companies: { '@id': 'mitoyen:companies', '@type': '@id' },
  actorToken: { '@id': 'sm:actorToken', '@type': '@id' },
};
const ACCESS: Record<GroupAccess, string> = { open: 'open', closed: 'closed', secret: 'private' };

export async function groupDocument(
  apis: Apis,
  group: Group,
  account: Account,
): Promise<JsonObject> {
  const actor = await apis.accounts.actorDocument(account);
  const context = actor['@context'];
  const reach = reachOf(group);
  return {
    ...actor,
    '@context': [...(Array.isArray(context) ? context : [context]), TERMS],
    type: 'Group',
    attributedTo: `${account.iri}/moderators`,
    manuallyApprovesFollowers: group.access !== 'open',
    accessType: ACCESS[group.access],
    postingRestrictedToMods: group.postingRestricted,
    featured: account.featuredIri ?? `${account.iri}/featured`,
    followers: account.followersIri ?? `${account.iri}/followers`,
    outbox: account.outbox ?? `${account.iri}/outbox`,
    ...(reach === 'companies' && { companies: companiesIri(account.iri) }),
    ...(reach !== 'everybody' && {
      endpoints: { ...endpointsOf(actor), actorToken: `${account.iri}/token` },
    }),
  };
}

function endpointsOf(actor: JsonObject): JsonObject {
  return isObject(actor.endpoints) ? actor.endpoints : {};
}
