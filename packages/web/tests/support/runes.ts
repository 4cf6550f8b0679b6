/** Lets Node import modules with runes, as the build compiles them for a page without a browser. */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileModule } from 'svelte/compiler';

const NO_WORDS = 'data:text/javascript,export default {}';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'virtual:messages'
      ? { url: NO_WORDS, shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) => {
    if (!url.endsWith('.svelte.ts')) return next(url, context);
    const plain = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
    const { js } = compileModule(plain, { filename: fileURLToPath(url), generate: 'server' });
    return { format: 'module', source: js.code, shortCircuit: true };
  },
});
