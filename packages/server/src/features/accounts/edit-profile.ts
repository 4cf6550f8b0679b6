/** What a person may change of the own profile. */
import { renderMarkdown } from '@mitoyen/federation';
import { type FieldProblem, invalid } from '../../platform/app-error.ts';
import { type Account, type AccountField, PROFILE_LIMITS } from './account.ts';
import { renderBio } from './create-actor.ts';

export type ProfileChange = {
  displayName?: string;
  bioSource?: string;
  fields?: { name: string; value: string }[];
  locked?: boolean;
  bot?: boolean;
  discoverable?: boolean;
  hideCollections?: boolean;
  indexable?: boolean;
  avatarText?: string;
  headerText?: string;
  language?: string;
  avatar?: string;
  header?: string;
};

const { name: MAX_NAME, bio: MAX_BIO, fields: MAX_FIELDS, field: MAX_FIELD } = PROFILE_LIMITS;
const MAX_TEXT = PROFILE_LIMITS.description;

/** The change as it is stored; AppError `invalid` with every problem at once. */
export function profileUpdate(
  change: ProfileChange,
  options: { baseUrl: string; now: number },
): Partial<Account> {
  const problems = profileProblems(change);
  if (problems.length > 0) throw invalid(...problems);

  const { bioSource, fields, displayName, ...plain } = change;
  return {
    ...plain,
    ...(displayName !== undefined && { displayName: displayName.trim() }),
    ...(bioSource !== undefined && renderBio(bioSource, options.baseUrl)),
    ...(fields !== undefined && {
      fields: fields.filter((field) => field.name.trim()).map(renderField),
    }),
    updatedAt: options.now,
  };
}

/** What of it is too long, or too much. */
export function profileProblems(
  change: Pick<ProfileChange, 'displayName' | 'bioSource' | 'avatarText' | 'headerText' | 'fields'>,
): FieldProblem[] {
  return [
    tooLong('display_name', change.displayName, MAX_NAME),
    tooLong('note', change.bioSource, MAX_BIO),
    tooLong('avatar_description', change.avatarText, MAX_TEXT),
    tooLong('header_description', change.headerText, MAX_TEXT),
    ...(change.fields ?? []).flatMap((field, index) => [
      tooLong(`fields_attributes.${index}.name`, field.name, MAX_FIELD),
      tooLong(`fields_attributes.${index}.value`, field.value, MAX_FIELD),
    ]),
    (change.fields?.length ?? 0) > MAX_FIELDS
      ? {
          field: 'fields_attributes',
          code: 'ERR_TOO_MANY',
          message: `must be ${MAX_FIELDS} at most`,
        }
      : null,
  ].filter((problem) => problem !== null);
}

function tooLong(field: string, text: string | undefined, most: number) {
  if (text === undefined || [...text].length <= most) return null;
  return { field, code: 'ERR_TOO_LONG', message: `must be ${most} characters at most` };
}

function renderField(field: { name: string; value: string }): AccountField {
  const { html } = renderMarkdown(field.value, { mentions: () => null, hashtagUrl: () => '' });
  return { name: field.name.trim(), value: html.replace(/^<p>|<\/p>$/g, '') };
}
