/** Loads test files into this process, each with hooks and names of its own. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { declareAll } from './declarations.ts';

const OWN_TEST = new URL('test-of-file.ts', import.meta.url);

/** @param files paths from the root of the project, which is the working directory */
export async function loadFiles(files: string[]): Promise<void> {
  const names = new Map(files.map((file) => [pathToFileURL(file).href, file]));
  registerHooks({
    resolve(specifier, context, next) {
      const file = specifier === 'ava' && names.get(context.parentURL ?? '');
      if (!file) return next(specifier, context);
      const url = new URL(OWN_TEST);
      url.searchParams.set('file', file);
      return { url: url.href, format: 'module-typescript', shortCircuit: true };
    },
  });
  for (const url of names.keys()) await import(url);
  declareAll();
}
