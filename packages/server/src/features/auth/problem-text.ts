/** What is wrong with a form, in the language of its page. */
import { AppError, type FieldProblem } from '../../platform/app-error.ts';
import type { Messages } from './page-messages.ts';
import { MIN_PASSWORD } from './password.ts';

/** By the words of the API, which stay English. */
const FRENCH: Record<string, string> = {
  'must be 1 to 30 letters, digits, dots, hyphens or underscores':
    'il faut 1 à 30 lettres, chiffres, points, tirets ou tirets bas',
  'is reserved': 'est réservé',
  'is already taken': 'est déjà pris',
  'is not an e-mail address': 'n’est pas une adresse e-mail',
  'is already in use': 'est déjà utilisée',
  [`must have at least ${MIN_PASSWORD} characters`]: `il faut au moins ${MIN_PASSWORD} caractères`,
  'must have 200 characters at most': '200 caractères au plus',
  'is too easy to guess': 'est trop facile à deviner',
  'must not be the name or e-mail address': 'ne doit pas être le nom ni l’adresse e-mail',
  'must be 500 characters at most': '500 caractères au plus',
};
const REFUSED = 'n’est pas accepté';

export function problemText({ lang }: Pick<Messages, 'lang'>, { message }: FieldProblem): string {
  return lang === 'fr' ? (FRENCH[message] ?? REFUSED) : message;
}

/** Each problem after the name of its field; null where the error is of another kind. */
export function fieldProblems(
  messages: Messages,
  error: unknown,
  labels: Record<string, string>,
): string[] | null {
  if (!(error instanceof AppError) || error.problems.length === 0) return null;
  return error.problems.map(
    (problem) => `${labels[problem.field] ?? problem.field}: ${problemText(messages, problem)}`,
  );
}
