/**
 * The only reader of `process.env` and of the YAML file.
 * Order: defaults, the file, then `MITOYEN_SECTION__KEY` (and `..._FILE` for secrets).
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Document as YamlDocument } from 'yaml';
import { z } from 'zod';
import { type Config, configSchema } from './config-schema.ts';

/** Exit code for a configuration that cannot be used (sysexits.h EX_CONFIG). */
export const EX_CONFIG = 78;

/** Read where `MITOYEN_CONFIG` names no other, from the working folder. */
export const USUAL_CONFIG_FILE = 'config/mitoyen.yaml';

/** One thing wrong: where (file and line, or variable), which key, what, and a hint. */
export type ConfigProblem = { where: string; key: string; message: string };

export class ConfigError extends Error {
  readonly problems: ConfigProblem[];
  constructor(problems: ConfigProblem[]) {
    super(
      problems
        .map((one) => `${one.where}: ${one.key ? `${one.key}: ` : ''}${one.message}`)
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type LoadedConfig = { config: Config; file: string | null };
type Env = Record<string, string | undefined>;
type Tree = Record<string, unknown>;

/**
 * Loads and checks the configuration.
 *
 * @throws ConfigError naming every problem with its line, its key and the nearest right key
 */
export function loadConfig(env: Env = process.env, cwd: string = process.cwd()): LoadedConfig {
  const file = configFile(env, cwd);
  const source = file === null ? null : readYaml(file);
  const tree: Tree = source?.tree ?? {};
  const origins = new Map<string, string>();
  applyEnvironment(tree, env, origins);

  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.flatMap((issue) =>
        describeIssue(issue, (path) => locate(path, origins, source, file)),
      ),
    );
  }
  const config = parsed.data;
  return { config: { ...config, data_dir: resolve(cwd, config.data_dir) }, file };
}

function configFile(env: Env, cwd: string): string | null {
  if (env.MITOYEN_CONFIG) {
    const named = resolve(cwd, env.MITOYEN_CONFIG);
    if (existsSync(named)) return named;
    throw new ConfigError([
      { where: 'MITOYEN_CONFIG', key: '', message: `there is no file ${named}` },
    ]);
  }
  const usual = resolve(cwd, USUAL_CONFIG_FILE);
  return existsSync(usual) ? usual : null;
}

type YamlSource = { tree: Tree; document: YamlDocument; lines: LineCounter };

function readYaml(file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    const line = lines.linePos(error.pos[0]).line;
    throw new ConfigError([
      { where: `${file}:${line}`, key: '', message: error.message.split('\n')[0] ?? 'not YAML' },
    ]);
  }
  const tree: unknown = document.toJS() ?? {};
  if (typeof tree !== 'object' || Array.isArray(tree)) {
    throw new ConfigError([
      { where: `${file}:1`, key: '', message: 'the file must be a list of keys and values' },
    ]);
  }
  // A section whose keys are all commented out reads as null: it is as good as absent.
  const filled = Object.entries(tree as Tree).filter(([, value]) => value !== null);
  return { tree: Object.fromEntries(filled), document, lines };
}

/** Variables that name the process's surroundings and are no configuration keys. */
const NOT_KEYS = new Set(['MITOYEN_CONFIG', 'MITOYEN_TEST_DATA', 'MITOYEN_TEST_CONCURRENCY']);

function applyEnvironment(tree: Tree, env: Env, origins: Map<string, string>): void {
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('MITOYEN_') || NOT_KEYS.has(name) || value === undefined) continue;
    const fromFile = name.endsWith('_FILE');
    const path = (fromFile ? name.slice(8, -5) : name.slice(8)).toLowerCase().split('__');
    const text = fromFile ? readSecret(name, value) : value;
    origins.set(path.join('.'), name);
    setPath(tree, path, parseValue(text, path));
  }
}

function readSecret(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    throw new ConfigError([{ where: name, key: '', message: `the file ${path} cannot be read` }]);
  }
}

function setPath(tree: Tree, path: string[], value: unknown): void {
  let node = tree;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    if (typeof next !== 'object' || next === null) node[key] = {};
    node = node[key] as Tree;
  }
  node[path.at(-1) ?? ''] = value;
}

/** Text for text keys; numbers, booleans and lists (as JSON) for the keys that hold them. */
function parseValue(text: string, path: string[]): unknown {
  const kind = kindAt(path);
  if (kind === 'string' || kind === 'enum' || kind === 'unknown') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type JsonSchema = { type?: string; enum?: unknown[]; properties?: Record<string, JsonSchema> };
const shape = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

function kindAt(path: string[]): string {
  let node: JsonSchema | undefined = shape;
  for (const key of path) node = node?.properties?.[key];
  if (!node) return 'unknown';
  return node.enum ? 'enum' : (node.type ?? 'unknown');
}

function locate(
  path: string[],
  origins: Map<string, string>,
  source: YamlSource | null,
  file: string | null,
): string {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(path.slice(0, length).join('.'));
    if (origin) return origin;
  }
  if (!source || !file) return 'configuration';
  const offset = keyOffset(source.document, path);
  return `${file}:${offset === null ? 1 : source.lines.linePos(offset).line}`;
}

/** Where the key of a path stands in the file, or its nearest parent that is there. */
function keyOffset(document: YamlDocument, path: string[]): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const key of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (!pair) break;
    if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
  }
  return offset;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  where: (path: string[]) => string,
): ConfigProblem[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    return [{ where: where(path), key: path.join('.'), message: issue.message }];
  }
  return issue.keys.map((key) => {
    const full = [...path, key];
    const near = nearestKey(full);
    return {
      where: where(full),
      key: full.join('.'),
      message: `there is no such key${near ? `; did you mean ${near}?` : ''}`,
    };
  });
}

/** Every key as a dotted path. */
export function configKeys(node: JsonSchema = shape, prefix: string[] = []): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    child.properties ? configKeys(child, [...prefix, key]) : [[...prefix, key].join('.')],
  );
}

function nearestKey(path: string[]): string | null {
  const wanted = path.join('.');
  const last = path.at(-1) ?? '';
  const scored = configKeys()
    .map((key) => ({
      key,
      distance: Math.min(
        editDistance(wanted, key),
        editDistance(last, key.split('.').at(-1) ?? '') + 1,
      ),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(3, last.length / 2) ? best.key : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
