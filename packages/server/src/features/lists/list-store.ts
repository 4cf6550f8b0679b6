import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { List, ListMember } from './list.ts';

export const listIndexes: IndexSpec[] = [
  { collection: 'lists', name: 'lists_owner', key: { owner: 1, _id: 1 } },
  {
    collection: 'list_members',
    name: 'list_members_once',
    key: { list: 1, account: 1 },
    unique: true,
  },
  { collection: 'list_members', name: 'list_members_page', key: { list: 1, _id: -1 } },
  { collection: 'list_members', name: 'list_members_owner', key: { owner: 1, account: 1 } },
  { collection: 'list_members', name: 'list_members_account', key: { account: 1 } },
];

export type ListStore = ReturnType<typeof createListStore>;

export function createListStore(mongo: Mongo) {
  const lists = mongo.collection<List>('lists');
  const members = mongo.collection<ListMember>('list_members');

  return {
    get: (id: string, owner: string) => lists.findOne({ _id: id, owner }),
    of: (owner: string, most: number) =>
      lists.find({ owner }).sort({ _id: 1 }).limit(most).toArray(),
    insert: (list: List) => lists.insertOne(list),
    change: (id: string, owner: string, set: Partial<List>) =>
      lists.findOneAndUpdate({ _id: id, owner }, { $set: set }, { returnDocument: 'after' }),
    remove: async (id: string, owner: string): Promise<boolean> => {
      const { deletedCount } = await lists.deleteOne({ _id: id, owner });
      if (deletedCount > 0) await members.deleteMany({ list: id });
      return deletedCount > 0;
    },

    /** Somebody who is in the list already stays in it. */
    addMember: async (member: ListMember): Promise<void> => {
      try {
        await members.insertOne(member);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    removeMembers: (list: string, accounts: string[]) =>
      members.deleteMany({ list, account: { $in: accounts } }),
    removeOwned: (owner: string, account: string) => members.deleteMany({ owner, account }),
    removeAccount: async (account: string): Promise<void> => {
      await members.deleteMany({ account });
      await members.deleteMany({ owner: account });
      await lists.deleteMany({ owner: account });
    },
    members: (list: string, most: number) => members.find({ list }).limit(most).toArray(),
    membersOf: (lists: string[], most: number) =>
      members
        .find({ list: { $in: lists } })
        .limit(most)
        .toArray(),
    countMembers: (list: string) => members.countDocuments({ list }),
    memberPage: (list: string, page: IdPage) => readIdPage(members, { list }, page),
    with: (owner: string, account: string) => members.find({ owner, account }).toArray(),
    /** Everybody's lists that this account is in. */
    holding: (account: string, most: number) => members.find({ account }).limit(most).toArray(),
  };
}
