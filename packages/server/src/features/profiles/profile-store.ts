import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { Profile } from './profile.ts';

export const profileIndexes: IndexSpec[] = [
  {
    collection: 'profiles',
    name: 'profiles_manager',
    key: { 'values.manager': 1, _id: 1 },
    partialFilterExpression: { 'values.manager': { $gt: '' } },
  },
  { collection: 'profiles', name: 'profiles_skills', key: { skillKeys: 1, _id: 1 } },
  {
    collection: 'profiles',
    name: 'profiles_department',
    key: { departmentKey: 1, _id: 1 },
    sparse: true,
  },
];

const MOST_COUNTED = 5000;

export type ProfileStore = ReturnType<typeof createProfileStore>;

export function createProfileStore(mongo: Mongo) {
  const profiles = mongo.collection<Profile>('profiles');
  const after = (id: string | undefined) => (id ? { _id: { $gt: id } } : {});

  return {
    get: (id: string) => profiles.findOne({ _id: id }),
    many: (ids: string[]) => profiles.find({ _id: { $in: ids } }).toArray(),
    save: ({ _id, ...profile }: Profile) =>
      profiles.replaceOne({ _id }, profile as Profile, { upsert: true }),
    remove: (id: string) => profiles.deleteOne({ _id: id }),
    reports: (manager: string, page: { after?: string; limit: number }) =>
      profiles
        .find({ 'values.manager': manager, ...after(page.after) })
        .sort({ _id: 1 })
        .limit(page.limit)
        .toArray(),
    countReports: (manager: string) =>
      profiles.countDocuments({ 'values.manager': manager }, { limit: 1000 }),
    managed: () =>
      profiles
        .find({ 'values.manager': { $gt: '' } }, { projection: { values: 1, visibility: 1 } })
        .limit(MOST_COUNTED)
        .toArray(),
    releaseReports: (manager: string) =>
      profiles.updateMany({ 'values.manager': manager }, { $unset: { 'values.manager': '' } }),
    withSkill: (skill: string, page: { after?: string; limit: number }) =>
      profiles
        .find({ skillKeys: skill, ...after(page.after) })
        .sort({ _id: 1 })
        .limit(page.limit)
        .toArray(),
    inDepartment: (department: string, page: { after?: string; limit: number }) =>
      profiles
        .find({ departmentKey: department, ...after(page.after) })
        .sort({ _id: 1 })
        .limit(page.limit)
        .toArray(),
    /** Those who have a skill that begins so. */
    withSkillLike: (prefix: string) =>
      profiles
        .find(
          { skillKeys: { $elemMatch: { $gte: prefix, $lt: `${prefix}\uffff` } } },
          { projection: { skillKeys: 1 } },
        )
        .limit(MOST_COUNTED)
        .toArray(),
  };
}
