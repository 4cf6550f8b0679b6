/** People whom somebody may want to follow: colleagues who are in the same groups, the most shared ones first. */
import type { Apis } from '../../apis.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { PersonalStore } from './personal-store.ts';

const MOST_GROUPS = 50;
const MOST_LOOKED_AT = 200;

export function createSuggestPeople(deps: { apis: Apis; personal: PersonalStore }) {
  const { apis, personal } = deps;

  return async function suggestPeople(viewer: Account, most: number): Promise<string[]> {
    if (!isColleague(viewer)) return [];
    const groups = (await apis.groups.groupsOf(viewer._id)).slice(0, MOST_GROUPS);
    const members = await Promise.all(groups.map((group) => apis.groups.localMembers(group)));
    const shared = Map.groupBy(members.flat(), (id) => id);
    shared.delete(viewer._id);
    const ranked = [...shared]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, MOST_LOOKED_AT)
      .map(([id]) => id);
    const [followed, hidden, dismissed, accounts] = await Promise.all([
      apis.relations.followsAmong(viewer._id, ranked),
      apis.relations.hiddenAmong(viewer._id, ranked),
      personal.dismissedAmong(viewer._id, ranked),
      apis.accounts.getMany(ranked),
    ]);
    const colleagues = new Set(accounts.filter(isColleague).map((account) => account._id));
    return ranked
      .filter((id) => colleagues.has(id) && !followed.has(id))
      .filter((id) => !hidden.has(id) && !dismissed.has(id))
      .slice(0, most);
  };
}
