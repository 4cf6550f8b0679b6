/** People describe their work; admins may, too. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import { type Profile, type ProfileValues, searchKeys } from './profile.ts';
import type { ProfileStore } from './profile-store.ts';

const MOST_LEVELS = 50;

export type ProfileChange = {
  values: Partial<ProfileValues>;
  visibility: Profile['visibility'];
};
export type ChangeProfile = ReturnType<typeof createChangeProfile>;

export function createChangeProfile(deps: { kit: Kit; apis: Apis; store: ProfileStore }) {
  const { kit, apis, store } = deps;

  async function change(id: string, by: Account, wanted: ProfileChange): Promise<Profile> {
    const isOwn = id === by._id;
    if (!isOwn && by.role !== 'admin') throw forbidden('Only admins may do this');
    const person = await apis.accounts.get(id);
    if (!person || !isColleague(person)) throw notFound();
    const { manager } = wanted.values;
    if (isOwn && manager !== undefined && by.role !== 'admin' && !mayChooseManager())
      throw forbidden('Admins keep the org chart');
    const problem = manager ? await managerProblem(id, manager) : null;
    if (problem) throw invalid(problem);
    const known = await store.get(id);
    const values = Object.fromEntries(
      Object.entries({ ...known?.values, ...wanted.values }).filter(
        ([, value]) => value !== undefined && value.length > 0,
      ),
    ) as Partial<ProfileValues>;
    const visibility = { ...known?.visibility, ...wanted.visibility };
    const profile: Profile = {
      _id: id,
      values,
      visibility,
      ...searchKeys({ values, visibility }),
      updatedAt: kit.clock.now(),
    };
    await store.save(profile);
    return profile;
  }

  function mayChooseManager(): boolean {
    return kit.config.profiles.org_chart === 'people';
  }

  /** Nobody is above themselves, over however many levels. */
  async function managerProblem(id: string, manager: string): Promise<FieldProblem | null> {
    const account = await apis.accounts.get(manager);
    const problem = (message: string) => ({ field: 'manager_id', code: 'ERR_INVALID', message });
    if (!account || !isColleague(account)) return problem('is not a colleague');
    let above: string | undefined = manager;
    for (let level = 0; above && level < MOST_LEVELS; level += 1) {
      if (above === id) return problem('reports to this person');
      above = (await store.get(above))?.values.manager;
    }
    return above ? problem(`is more than ${MOST_LEVELS} levels down`) : null;
  }

  return { change };
}
