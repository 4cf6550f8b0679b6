/** Somebody makes, changes and fills lists. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { List } from './list.ts';
import type { ListStore } from './list-store.ts';

export type ListChange = Partial<Pick<List, 'title' | 'repliesPolicy' | 'exclusive'>>;
export type ManageLists = ReturnType<typeof createManageLists>;

export function createManageLists(deps: { kit: Kit; apis: Apis; store: ListStore }) {
  const { kit, apis, store } = deps;
  const { limits } = kit.config;

  async function create(owner: Account, title: string, change: ListChange): Promise<List> {
    const there = await store.of(owner._id, limits.lists_per_person);
    if (there.length >= limits.lists_per_person)
      throw invalid({
        field: 'title',
        code: 'ERR_TOO_MANY',
        message: `is one list too many: there can be ${limits.lists_per_person}`,
      });
    const list: List = {
      _id: kit.nextId(),
      owner: owner._id,
      title,
      repliesPolicy: change.repliesPolicy ?? 'list',
      exclusive: change.exclusive ?? false,
      createdAt: kit.clock.now(),
    };
    await store.insert(list);
    return list;
  }

  /** The own list. A group is shown as a list, but it is changed as a group. */
  async function own(owner: Account, id: string): Promise<List> {
    const list = await store.get(id, owner._id);
    if (list) return list;
    if (await apis.groups.isMember(owner._id, id))
      throw forbidden('This list is a group: change it or leave it as a group');
    throw notFound();
  }

  async function change(owner: Account, id: string, set: ListChange): Promise<List> {
    const list = await own(owner, id);
    if (Object.keys(set).length === 0) return list;
    const changed = await store.change(id, owner._id, set);
    if (!changed) throw notFound();
    apis.streaming.refresh(owner._id);
    return changed;
  }

  async function remove(owner: Account, id: string): Promise<void> {
    await own(owner, id);
    await store.remove(id, owner._id);
    apis.streaming.refresh(owner._id);
  }

  /** Takes people whom the owner follows, colleagues, and the owner's groups; all of them or none. */
  async function add(owner: Account, id: string, accounts: string[]): Promise<void> {
    await own(owner, id);
    const wanted = [...new Set(accounts)];
    const strangers = await strangersAmong(owner, wanted);
    if (strangers.length > 0)
      throw invalid({
        field: 'account_ids',
        code: 'ERR_INVALID',
        message: `must be people you follow, colleagues or your groups: ${strangers.join(', ')}`,
      });
    if ((await store.countMembers(id)) + wanted.length > limits.list_accounts)
      throw invalid({
        field: 'account_ids',
        code: 'ERR_TOO_MANY',
        message: `are too many: a list can hold ${limits.list_accounts}`,
      });
    for (const account of wanted)
      await store.addMember({ _id: kit.nextId(), list: id, owner: owner._id, account });
    apis.streaming.refresh(owner._id);
  }

  async function strangersAmong(owner: Account, ids: string[]): Promise<string[]> {
    const [accounts, followed, groups] = await Promise.all([
      apis.accounts.getMany(ids),
      apis.relations.followsAmong(owner._id, ids),
      apis.groups.memberAmong(owner._id, ids),
    ]);
    const colleagues = new Set(
      accounts.filter((one) => isColleague(owner) && isColleague(one)).map((one) => one._id),
    );
    return ids.filter(
      (id) => id !== owner._id && !followed.has(id) && !groups.has(id) && !colleagues.has(id),
    );
  }

  async function take(owner: Account, id: string, accounts: string[]): Promise<void> {
    await own(owner, id);
    await store.removeMembers(id, accounts);
    apis.streaming.refresh(owner._id);
  }

  return { create, own, change, remove, add, take };
}
