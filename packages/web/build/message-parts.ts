/**
 * Which messages come with the shell and which only with a screen: those that nothing but the
 * folders of one part uses wait until a screen of that part is opened.
 */
import { posix } from 'node:path';

type Messages = Record<string, string>;
/** By their paths below `src`. */
export type Sources = Map<string, string>;

export const SHELL = 'shell';
/** Folders of `features` whose screens ask for the part in `routes.ts`. */
export const PARTS: Record<string, string[]> = {
  admin: ['admin'],
  chat: ['chat'],
  groups: ['groups', 'search', 'welcome'],
  notifications: ['notifications'],
  settings: ['settings', 'people', 'profile'],
};
const ROUTES = 'router/routes.ts';

/** The messages of each part. */
export function divide(all: Messages, sources: Sources): Record<string, Messages> {
  const users = usersOf(sources);
  const divided: Record<string, Messages> = { [SHELL]: {} };
  for (const part of Object.keys(PARTS)) divided[part] = {};
  for (const [key, message] of Object.entries(all)) {
    const [first = SHELL, ...others] = users.get(key) ?? [];
    Object.assign(divided[others.length === 0 ? first : SHELL] ?? {}, { [key]: message });
  }
  return divided;
}

/** Routes that open a screen without asking for its words, as sentences. */
export function forgottenWords(sources: Sources): string[] {
  const text = sources.get(ROUTES) ?? '';
  const parts = partOfEach(sources);
  return importsOf(ROUTES, text).flatMap((target) => {
    const part = parts.get(target) ?? SHELL;
    const asks = new RegExp(`${posix.basename(target)}'\\),[^)]*words: '${part}'`);
    return part === SHELL || asks.test(text)
      ? []
      : [`the route of ${target} does not ask for the words of "${part}"`];
  });
}

/** By its folder; what is shown outside of its part, and all that this shows, is the shell's. */
function partOfEach(sources: Sources): Map<string, string> {
  const parts = new Map([...sources.keys()].map((file) => [file, partOfFolder(file)]));
  let moved: boolean;
  do {
    moved = false;
    for (const [file, text] of sources) {
      for (const target of file === ROUTES ? [] : importsOf(file, text)) {
        const part = parts.get(target) ?? SHELL;
        if (part === SHELL || part === parts.get(file)) continue;
        parts.set(target, SHELL);
        moved = true;
      }
    }
  } while (moved);
  return parts;
}

function partOfFolder(file: string): string {
  const [top, feature = ''] = file.split('/');
  if (top !== 'features') return SHELL;
  return Object.keys(PARTS).find((part) => PARTS[part]?.includes(feature)) ?? SHELL;
}

/** Which parts use each message. */
function usersOf(sources: Sources): Map<string, Set<string>> {
  const parts = partOfEach(sources);
  const users = new Map<string, Set<string>>();
  for (const [file, text] of sources)
    for (const [, key = ''] of text.matchAll(/'([a-z][\w]*(?:\.[\w]+)+)'/g))
      users.set(key, (users.get(key) ?? new Set()).add(parts.get(file) ?? SHELL));
  return users;
}

/** Types need no words. */
function importsOf(file: string, text: string): string[] {
  const code = text.replace(/import type [^;]+;/g, '');
  return [...code.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, to = '']) =>
    posix.normalize(posix.join(posix.dirname(file), to)),
  );
}
