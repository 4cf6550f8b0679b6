/** Profiles and the org chart, as this viewer may see them. */
import type { Apis } from '../../apis.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import {
  FIELDS,
  type FieldName,
  maySee,
  type Profile,
  type ProfileValues,
  type Viewer,
  visibilityOf,
} from './profile.ts';
import type { ProfileStore } from './profile-store.ts';

export const WIRE_NAMES: Record<FieldName, string> = {
  jobTitle: 'job_title',
  department: 'department',
  location: 'location',
  phone: 'phone',
  timeZone: 'time_zone',
  manager: 'manager',
  skills: 'skills',
  languages: 'languages',
  history: 'history',
};

export type ProfileViews = ReturnType<typeof createProfileViews>;

export function createProfileViews(deps: { apis: Apis; store: ProfileStore }) {
  const { apis, store } = deps;

  function standing(viewer: Account, id: string): Viewer {
    if (viewer._id === id) return 'self';
    return isColleague(viewer) ? 'colleague' : 'other';
  }

  function seen<F extends FieldName>(
    profile: Profile | null,
    field: F,
    viewer: Viewer,
  ): ProfileValues[F] | null {
    return profile && maySee(profile, field, viewer) ? (profile.values[field] ?? null) : null;
  }

  async function whole(id: string, viewer: Account) {
    const profile = await store.get(id);
    const as = standing(viewer, id);
    const manager = seen(profile, 'manager', as);
    const shown = manager ? await apis.accounts.present([manager]) : null;
    return {
      account_id: id,
      job_title: seen(profile, 'jobTitle', as),
      department: seen(profile, 'department', as),
      location: seen(profile, 'location', as),
      phone: seen(profile, 'phone', as),
      time_zone: seen(profile, 'timeZone', as),
      skills: seen(profile, 'skills', as) ?? [],
      languages: seen(profile, 'languages', as) ?? [],
      history: seen(profile, 'history', as) ?? [],
      manager: (manager && shown?.get(manager)) || null,
      reports_count: as === 'other' ? 0 : await store.countReports(id),
      ...(as === 'self' && {
        visibility: Object.fromEntries(
          FIELDS.map((field) => [
            WIRE_NAMES[field],
            visibilityOf(profile ?? { visibility: {} }, field),
          ]),
        ),
      }),
    };
  }

  /** One line of the chart or of a list for each person, in the order asked for. */
  async function brief(ids: string[], viewer: Account) {
    const [accounts, profiles, counts] = await Promise.all([
      apis.accounts.present(ids),
      store.many(ids),
      Promise.all(ids.map((id) => store.countReports(id))),
    ]);
    const byId = new Map(profiles.map((profile) => [profile._id, profile]));
    return ids.flatMap((id, index) => {
      const account = accounts.get(id);
      if (!account || account.suspended === true) return [];
      const profile = byId.get(id) ?? null;
      const as = standing(viewer, id);
      return [
        {
          account,
          job_title: seen(profile, 'jobTitle', as),
          department: seen(profile, 'department', as),
          reports_count: counts[index] ?? 0,
        },
      ];
    });
  }

  return { whole, brief, standing };
}
