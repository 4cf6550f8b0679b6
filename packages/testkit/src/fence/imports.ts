/** What a TypeScript file imports, and whether only types. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export type Import = { from: string; target: string; typesOnly: boolean };
export type Source = { file: string; text: string };

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** Imports of a source; relative ones become paths from the project's root. */
export function importsOf({ file, text }: Source): Import[] {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...bare.matchAll(STATEMENT)].map(
    ([, typeWord, names = '', from, sideEffect, dynamic]) => {
      const target = from ?? sideEffect ?? dynamic ?? '';
      return {
        from: file,
        target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
        typesOnly: Boolean(typeWord) || onlyTypes(names),
      };
    },
  );
}

/** `{ type A, type B }` imports nothing at run time. */
function onlyTypes(names: string): boolean {
  const inner = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const parts = inner
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  return parts.length > 0 && parts.every((part) => part.startsWith('type '));
}

export function readSources(root: string, files: string[]): Source[] {
  return files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}
