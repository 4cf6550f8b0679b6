/** What decides, besides who may read, what somebody's home feed shows: held while they are connected. */
import type { Apis } from '../../apis.ts';
import type { ListSource } from '../lists/lists.ts';
import type { Stream } from './stream.ts';

export type Reading = {
  /** Hashtags followed. */
  tags: Set<string>;
  /** People and groups that are read in a list only. */
  elsewhere: Set<string>;
  /** People followed without their shares. */
  withoutShares: Set<string>;
  /** People followed in some languages only. */
  languages: Map<string, string[]>;
  hasFilters: boolean;
};

export async function readReading(apis: Apis, account: string): Promise<Reading> {
  const [tags, elsewhere, withoutShares, languages, filters] = await Promise.all([
    apis.tags.followedBy(account),
    apis.lists.readElsewhere(account),
    apis.relations.followedWithoutShares(account),
    apis.relations.followedInLanguages(account),
    apis.filters.forReader(account),
  ]);
  return {
    tags: new Set(tags),
    elsewhere,
    withoutShares,
    languages,
    hasFilters: filters !== null,
  };
}

/** What a list or group shows this person; undefined for other streams, null where it is not theirs. */
export async function readSource(
  apis: Apis,
  account: string,
  { name, key }: Stream,
): Promise<ListSource | null | undefined> {
  if (key === undefined || (name !== 'list' && name !== 'group')) return undefined;
  if (name === 'list') return apis.lists.source(account, key);
  return (await apis.groups.isMember(account, key))
    ? { people: [], groups: [key], replies: 'none' }
    : null;
}
