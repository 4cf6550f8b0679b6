/**
 * The server and its embedded database as a few files of JavaScript: two thousand modules need
 * not be found, read and linked at every start. The sources stay what they are and run without it.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { DIST, hashOfSources, ROOT, SERVER, STAMP } from './sources.ts';

/** Native programs, a logger that looks for its worker's file beside itself, and what imports by a name that it makes up. */
const STAYS_OUTSIDE = [/^sharp$/, /^@node-rs\//, /^pino$/, /^pino-pretty$/, /^file-type$/];
const OWN_SOURCE = /\/packages\/[^/]+\/src\/.*\.ts$/;

/** A server that runs still loads files of the bundle that it was started from: so long after the next one. */
const KEPT_MS = 24 * 3600_000;
/** The names of the files of a bundle, beside them. */
const NAMES = '.files';

/** @param into where it is put; it counts as made when its stamp is written, at the end */
export async function bundleServer(into: string = DIST): Promise<void> {
  const stamp = hashOfSources();
  const { output } = await build({
    input: {
      cli: join(SERVER, 'src/cli.ts'),
      'embedded-mongo': join(ROOT, 'packages/embedded-mongo/src/process.ts'),
    },
    platform: 'node',
    external: STAYS_OUTSIDE,
    plugins: [ownPlaces, tables],
    logLevel: 'silent',
    write: false,
    output: {
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      comments: { legal: false, annotation: false, jsdoc: false },
    },
  });
  mkdirSync(into, { recursive: true });
  rmSync(join(into, STAMP), { force: true });
  retire(into);
  for (const one of output)
    put(join(into, one.fileName), one.type === 'chunk' ? lighten(one.code) : one.source);
  put(join(into, NAMES), JSON.stringify(output.map((one) => one.fileName)));
  put(join(into, STAMP), stamp);
}

function put(file: string, content: string | Uint8Array): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, content);
  renameSync(aside, file);
}

/** The time of a file that is not of the last bundle is when it was replaced. */
export function retire(folder: string, now: Date = new Date()): void {
  const names = join(folder, NAMES);
  const last = existsSync(names) ? (JSON.parse(readFileSync(names, 'utf8')) as string[]) : [];
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (last.includes(name)) utimesSync(file, now, now);
    else if (name !== NAMES && now.getTime() - statSync(file).mtimeMs > KEPT_MS)
      rmSync(file, { force: true });
  }
}

/** Large tables are read as JSON, which takes V8 a fifth of the time of the same text as a program. */
const tables: Plugin = {
  name: 'tables',
  load(id) {
    if (!/\/mime-db\/db\.json$/.test(id)) return null;
    const text = JSON.stringify(JSON.parse(readFileSync(id, 'utf8')));
    return { code: `module.exports = JSON.parse(${JSON.stringify(text)});`, moduleType: 'js' };
  },
};

/** A module that asks where it is gets the place of its source: pages, pictures and packages are found from there. */
const ownPlaces: Plugin = {
  name: 'own-places',
  transform(code, id) {
    if (!OWN_SOURCE.test(id) || !code.includes('import.meta.')) return null;
    const at = (path: string) =>
      `new URL(${JSON.stringify(relative(DIST, path))}, import.meta.url)`;
    return code
      .replaceAll(
        /new URL\('process\.ts', import\.meta\.url\)/g,
        "new URL('embedded-mongo.js', import.meta.own)",
      )
      .replaceAll('import.meta.url', `${at(id)}.href`)
      .replaceAll('import.meta.dirname', `decodeURIComponent(${at(dirname(id))}.pathname)`)
      .replaceAll('import.meta.own', 'import.meta.url');
  },
};

/**
 * An import of `node:http` reads all that it exports, and loads with it a client that nothing
 * asks for; a property that is taken does not. And what is not ASCII would make V8 keep the whole
 * file in two bytes a letter.
 */
export function lighten(code: string): string {
  return code
    .replaceAll(
      /^import (?:([\w$]+)(?:, )?)?(?:\{ ([^}]+) \})? from "(node:[^"]+)";$/gm,
      (_, whole: string | undefined, names: string | undefined, from: string) => {
        const places = [whole, names && `{ ${names.replaceAll(' as ', ': ')} }`].filter(Boolean);
        return places
          .map((place) => `const ${place} = process.getBuiltinModule("${from}");`)
          .join('');
      },
    )
    .replaceAll(
      /[^\0-\x7f]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
