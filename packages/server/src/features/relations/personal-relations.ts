/** Whom somebody follows, hides and notes, by their addresses, for their archive. */
import type { Apis } from '../../apis.ts';
import { everyPage, type PersonalData } from '../../personal-data.ts';
import { type Account, fullHandle } from '../accounts/account.ts';
import type { PersonalStore } from './personal-store.ts';
import type { RelationStore } from './relation-store.ts';

export function personalRelations(deps: {
  apis: Apis;
  ownDomain: string;
  store: RelationStore;
  personal: PersonalStore;
}): PersonalData[] {
  const { apis, ownDomain, store, personal } = deps;

  async function* named<T extends { _id: string }>(
    rows: AsyncIterable<T>,
    accountOf: (row: T) => string,
    more: (row: T) => object = () => ({}),
  ) {
    for await (const row of rows) {
      const account: Account | null = await apis.accounts.get(accountOf(row));
      if (account) yield { address: fullHandle(account, ownDomain), id: account.iri, ...more(row) };
    }
  }

  return [
    {
      name: 'following',
      read: (account) =>
        named(
          everyPage((page) => store.listFollows('follower', account, 'accepted', page)),
          (row) => row.target,
          ({ showShares, notify, languages = null }) => ({
            shares: showShares,
            notify,
            languages,
          }),
        ),
    },
    {
      name: 'followers',
      read: (account) =>
        named(
          everyPage((page) => store.listFollows('target', account, 'accepted', page)),
          (row) => row.follower,
        ),
    },
    {
      name: 'blocks',
      read: (account) =>
        named(
          everyPage((page) => store.listBlocks(account, page)),
          (row) => row.target,
        ),
    },
    {
      name: 'mutes',
      read: (account) =>
        named(
          everyPage((page) => store.listMutes(account, page)),
          (row) => row.target,
          ({ notifications, expiresAt }) => ({ notifications, until: expiresAt ?? null }),
        ),
    },
    {
      name: 'private_notes',
      read: (account) =>
        named(
          everyPage((page) => store.listNotes(account, page)),
          (row) => row.target,
          ({ text }) => ({ text }),
        ),
    },
    {
      name: 'hidden_hosts',
      read: async (account) => [...(await personal.domainsOf(account))].map((host) => ({ host })),
    },
  ];
}
