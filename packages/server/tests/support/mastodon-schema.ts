/**
 * Checks answers against Mastodon's OpenAPI description: every required property, every type and
 * enumeration of what is there. Only as much of JSON Schema as that file uses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
};

const FOLDER =
  process.env.MITOYEN_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data');
const FILE = join(FOLDER, 'mastodon-openapi.json');

/** Null where the description is not at hand. */
export const mastodon = existsSync(FILE) ? createChecker() : null;

function createChecker() {
  const { schemas } = JSON.parse(readFileSync(FILE, 'utf8')).components as {
    schemas: Record<string, Schema>;
  };

  function problems(value: unknown, schema: Schema, path: string): string[] {
    if (schema.$ref) {
      const named = schemas[schema.$ref.split('/').at(-1) ?? ''];
      return named ? problems(value, named, path) : [`${path}: unknown ${schema.$ref}`];
    }
    const options = schema.oneOf ?? schema.anyOf;
    if (options) {
      const tries = options.map((option) => problems(value, option, path));
      return tries.some((one) => one.length === 0) ? [] : (tries[0] ?? []);
    }
    const all = (schema.allOf ?? []).flatMap((one) => problems(value, one, path));
    return [...all, ...own(value, schema, path)];
  }

  function own(value: unknown, schema: Schema, path: string): string[] {
    const types = schema.type === undefined ? [] : [schema.type].flat();
    if (types.length > 0 && !types.some((type) => isOf(value, type)))
      return [`${path}: ${JSON.stringify(value)?.slice(0, 60)} is no ${types.join(' or ')}`];
    if (schema.enum && value !== null && !schema.enum.includes(value))
      return [`${path}: ${JSON.stringify(value)} is not among the known values`];
    if (Array.isArray(value) && schema.items)
      return value.flatMap((one, index) => problems(one, schema.items ?? {}, `${path}[${index}]`));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const object = value as Record<string, unknown>;
    const missing = (schema.required ?? []).filter((name) => object[name] === undefined);
    const inside = Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
      object[name] === undefined ? [] : problems(object[name], of, `${path}.${name}`),
    );
    return [...missing.map((name) => `${path}.${name} is missing`), ...inside];
  }

  return (name: string, value: unknown): string[] =>
    problems(value, { $ref: `#/components/schemas/${name}` }, name);
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
