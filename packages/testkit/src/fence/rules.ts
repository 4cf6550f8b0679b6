/** The house's fence: which file may import which. See docs/architecture.md. */
import { basename } from 'node:path';
import { type Import, importsOf, type Source } from './imports.ts';

export type Violation = { file: string; rule: string };

const PACKAGES: Record<string, string[]> = {
  protocol: [],
  federation: ['protocol'],
  'embedded-mongo': [],
  server: ['protocol', 'federation', 'embedded-mongo'],
  web: ['protocol'],
  testkit: ['protocol', 'federation', 'embedded-mongo', 'server', 'web'],
};
/** Outer rings by the end of the file's name; any other file of a feature is a rule or a use case. */
const OUTER =
  /-(store|activity|view|inbox|routes|documents|feature|events|pages|wire|views|files|parties)\.ts$/;
const FRAMEWORKS = new Set([
  'koa',
  '@koa/router',
  'mongodb',
  'bullmq',
  'ioredis',
  'activitypub-express',
]);
/** Of another feature only types, and its pure rules by name. */
const RULES_OF_OTHERS = new Set([
  'account.ts',
  'create-actor.ts',
  'post.ts',
  'event.ts',
  'group.ts',
  'media.ts',
  'partners.ts',
  'agreement.ts',
  'relation.ts',
  'scopes.ts',
  'preferences.ts',
  'filter.ts',
  'custom-emoji.ts',
  'emoji.ts',
  'tag.ts',
]);

export function violations(sources: Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources) {
    const isTest = /\.test\.ts$|\/(tests|bench)\//.test(source.file);
    for (const one of importsOf(source)) {
      const rule =
        packageRule(one) ??
        apexRule(one) ??
        (isTest ? null : (ringRule(one) ?? featureRule(one) ?? databaseRule(one)));
      if (rule) found.push({ file: source.file, rule: `${rule}: ${one.target}` });
    }
    if (!isTest && readsEnvironment(source))
      found.push({ file: source.file, rule: 'reads process.env' });
  }
  return [...found, ...cycles(sources)];
}

function packageRule({ from, target, typesOnly }: Import): string | null {
  const own = /^packages\/([^/]+)\//.exec(from)?.[1];
  const other = /^@mitoyen\/([^/]+)/.exec(target)?.[1] ?? /^packages\/([^/]+)\//.exec(target)?.[1];
  if (!own || !other || own === other || !(own in PACKAGES)) return null;
  if (PACKAGES[own]?.includes(other)) return null;
  return typesOnly && /\/(tests|bench)\//.test(from) ? null : `${own} may not import ${other}`;
}

function apexRule({ from, target }: Import): string | null {
  if (!target.startsWith('activitypub-express')) return null;
  return from.startsWith('packages/federation/src/apex/')
    ? null
    : 'activitypub-express belongs in federation/src/apex';
}

/** Rules and use cases know no framework. */
function ringRule({ from, target }: Import): string | null {
  const inFeature = /^packages\/server\/src\/features\/[^/]+\/[^/]+\.ts$/.test(from);
  return inFeature &&
    !OUTER.test(from) &&
    FRAMEWORKS.has(target) &&
    !TYPE_ONLY_ALLOWED.has(basename(from))
    ? 'a rule or use case imports a framework'
    : null;
}

/** Files whose ring is not in their name: the HTTP side of signing in, and what renders pages. */
const TYPE_ONLY_ALLOWED = new Set(['tokens.ts', 'same-origin.ts', 'pages.ts', 'authentication.ts']);

function featureRule({ from, target, typesOnly }: Import): string | null {
  const own = /^packages\/server\/src\/features\/([^/]+)\//.exec(from)?.[1];
  const other = /^packages\/server\/src\/features\/([^/]+)\/(.+)$/.exec(target);
  if (!own || !other || other[1] === own || typesOnly) return null;
  return RULES_OF_OTHERS.has(other[2] ?? '') ? null : `${own} reaches into ${other[1]}`;
}

function databaseRule({ from, target }: Import): string | null {
  if (target !== '@mitoyen/embedded-mongo' || !from.startsWith('packages/server/src/')) return null;
  return /^packages\/server\/src\/(services|commands)\//.test(from)
    ? null
    : 'only services start the embedded database';
}

/** Besides config.ts: services look for binaries, children inherit their surroundings, tests are tests. */
function readsEnvironment({ file, text }: Source): boolean {
  if (
    !file.startsWith('packages/server/src/') &&
    !file.startsWith('packages/federation/src/') &&
    !file.startsWith('packages/protocol/src/')
  )
    return false;
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  return (
    /process\.env/.test(code) &&
    !/^packages\/server\/src\/(config\.ts|services\/|commands\/)/.test(file)
  );
}

/** Cycles of imports that exist at run time. */
function cycles(sources: Source[]): Violation[] {
  const graph = new Map(
    sources.map((source) => [
      source.file,
      importsOf(source)
        .filter((one) => !one.typesOnly && !one.target.startsWith('@'))
        .map((one) => one.target),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const found: Violation[] = [];

  function visit(file: string, path: string[]): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push({
        file,
        rule: `an import cycle: ${[...path.slice(path.indexOf(file)), file].map((one) => basename(one)).join(' > ')}`,
      });
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...path, file]);
    state.set(file, 'done');
  }

  for (const file of graph.keys()) visit(file, []);
  return found;
}
