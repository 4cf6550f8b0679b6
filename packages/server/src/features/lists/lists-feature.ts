/** The lists feature: people and groups that somebody reads together. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { fullHandle } from '../accounts/account.ts';
import { addListRoutes } from './list-routes.ts';
import { createListStore, listIndexes } from './list-store.ts';
import type { Lists } from './lists.ts';
import { createManageLists } from './manage-lists.ts';

const MOST_HOLDING = 10_000;

export function createListsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Lists } {
  const store = createListStore(kit.mongo);
  const manage = createManageLists({ kit, apis, store });
  const most = kit.config.limits.list_accounts;

  // Who is not followed any more, and is no colleague, is in no list any more.
  kit.events.on('follow.ended', async ({ id }) => {
    const follow = await apis.relations.follow(id);
    if (!follow?.remoteHost || follow.state === 'accepted') return;
    await store.removeOwned(follow.follower, follow.target);
  });
  kit.events.on('account.deleted', ({ id }) => store.removeAccount(id));

  const api: Lists = {
    source: async (owner, id) => {
      const list = await store.get(id, owner);
      if (!list) {
        const isMember = await apis.groups.isMember(owner, id);
        return isMember ? { people: [], groups: [id], replies: 'none' } : null;
      }
      const members = (await store.members(id, most)).map((row) => row.account);
      const groups = new Set((await apis.groups.getMany(members)).map((group) => group._id));
      return {
        people: members.filter((one) => !groups.has(one)),
        groups: [...(await apis.groups.memberAmong(owner, [...groups]))],
        replies: list.repliesPolicy,
      };
    },
    readElsewhere: async (owner) => {
      const all = await store.of(owner, kit.config.limits.lists_per_person);
      const exclusive = all.filter((list) => list.exclusive).map((list) => list._id);
      if (exclusive.length === 0) return new Set();
      const rows = await store.membersOf(exclusive, most * exclusive.length);
      return new Set(rows.map((row) => row.account));
    },
    holding: async (account) =>
      (await store.holding(account, MOST_HOLDING)).map(({ list, owner }) => ({ list, owner })),
  };

  return {
    feature: {
      name: 'lists',
      indexes: listIndexes,
      personalData: [
        {
          name: 'lists',
          read: async (account) => {
            const lists = await store.of(account, kit.config.limits.lists_per_person);
            return Promise.all(
              lists.map(async ({ _id, title, repliesPolicy, exclusive }) => {
                const members = (await store.members(_id, most)).map((row) => row.account);
                const people = await apis.accounts.getMany(members);
                const who = people.map((one) => fullHandle(one, kit.accountDomain));
                return { title, replies: repliesPolicy, exclusive, members: who };
              }),
            );
          },
        },
      ],
      routes: (endpoints) => addListRoutes(endpoints, { kit, apis, store, manage }),
    },
    api,
  };
}
