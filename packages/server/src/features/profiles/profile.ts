/** What people tell of their work: role, department, manager, skills; each for whom they choose. */
export const VISIBILITIES = ['everyone', 'colleagues', 'me'] as const;
/** `everyone`: whoever sees the person here, guests too. Nothing of it leaves the house. */
export type Visibility = (typeof VISIBILITIES)[number];

export const FIELDS = [
  'jobTitle',
  'department',
  'location',
  'phone',
  'timeZone',
  'manager',
  'skills',
  'languages',
  'history',
] as const;
export type FieldName = (typeof FIELDS)[number];

export type Station = { title: string; organization: string; from: string; to: string };

export type ProfileValues = {
  jobTitle: string;
  department: string;
  location: string;
  phone: string;
  /** IANA name. */
  timeZone: string;
  /** An account id; empty: nobody. */
  manager: string;
  skills: string[];
  languages: string[];
  history: Station[];
};

export type Profile = {
  _id: string;
  values: Partial<ProfileValues>;
  visibility: Partial<Record<FieldName, Visibility>>;
  /** What colleagues find people by: lower case, only of fields that they may see. */
  skillKeys: string[];
  departmentKey?: string;
  updatedAt: number;
};

export type Viewer = 'self' | 'colleague' | 'other';
const DEFAULT_VISIBILITY: Visibility = 'colleagues';

export function visibilityOf(profile: Pick<Profile, 'visibility'>, field: FieldName): Visibility {
  return profile.visibility[field] ?? DEFAULT_VISIBILITY;
}

export function maySee(
  profile: Pick<Profile, 'visibility'>,
  field: FieldName,
  viewer: Viewer,
): boolean {
  if (viewer === 'self') return true;
  const visibility = visibilityOf(profile, field);
  return visibility === 'everyone' || (visibility === 'colleagues' && viewer === 'colleague');
}

export function keyOf(text: string): string {
  return text.trim().replace(/\s+/g, ' ').normalize('NFKC').toLowerCase();
}

/** The part that searches read, made anew with every change. */
export function searchKeys(
  profile: Pick<Profile, 'values' | 'visibility'>,
): Pick<Profile, 'skillKeys' | 'departmentKey'> {
  const { skills = [], department } = profile.values;
  const shown = (field: FieldName) => maySee(profile, field, 'colleague');
  return {
    skillKeys: shown('skills') ? [...new Set(skills.map(keyOf))] : [],
    ...(department && shown('department') && { departmentKey: keyOf(department) }),
  };
}
