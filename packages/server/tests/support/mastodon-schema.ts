/**
 * Checks answers against Mastodon's OpenAPI description: every required property, every type and
 * enumeration of what is there. Only as much of JSON Schema as that file uses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestFn } from 'ava';

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
  additionalProperties?: Schema | boolean;
};
type Operation = {
  responses: Record<string, { content?: { 'application/json'?: { schema?: Schema } } }>;
};

const FOLDER =
  process.env.MITOYEN_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data');
const FILE = join(FOLDER, 'mastodon-openapi.json');

const checker = existsSync(FILE) ? createChecker() : null;

/** What is wrong with an entity; null where the description is not at hand. */
export const mastodon = checker?.entity ?? null;

/** Where the description is not at hand, whoever reads the results is told what was not looked at. */
export function tellUnheld(test: TestFn): void {
  if (!checker)
    test.skip('answers are held against Mastodon’s description, which is not here', () => {});
}

/** What is wrong with an answer; nothing where the description does not know the endpoint. */
export function answerProblems(
  method: string,
  path: string,
  answer: { status: number; json: unknown },
): string[] {
  return checker?.answer(method, path, answer.status, answer.json) ?? [];
}

/** Of older versions, and no longer described; they look like others with an id. */
const UNDESCRIBED = new Set(['/api/v1/notifications/policy', '/api/v1/notifications/dismiss']);

/** Every endpoint that is described; null where the description is not at hand. */
export function mastodonPaths(): { method: string; path: string }[] | null {
  return checker?.paths() ?? null;
}

/** The entity, or `entity[]`, that an endpoint answers with; null where it is not said. */
export function mastodonEntityOf(method: string, path: string): string | null {
  return checker?.entityOf(method, path) ?? null;
}

function createChecker() {
  const description = JSON.parse(readFileSync(FILE, 'utf8')) as {
    components: { schemas: Record<string, Schema> };
    paths: Record<string, Record<string, Operation>>;
  };
  const { schemas } = description.components;
  // Ids are strings; described as numbers where a server of theirs happens to have numbers.
  for (const [entity, name] of [['NotificationGroup', 'most_recent_notification_id']] as const) {
    const property = schemas[entity]?.properties?.[name];
    if (property) property.type = 'string';
  }
  const answered = schemas.ScheduledStatus?.properties?.params?.properties?.in_reply_to_id;
  if (answered) answered.type = ['string', 'null'];
  const templates = Object.keys(description.paths).toSorted(
    // A fixed path before one with a parameter in its place.
    (a, b) => a.split('{').length - b.split('{').length,
  );

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
    const others =
      typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
    const unnamed = others
      ? Object.keys(object)
          .filter((name) => !schema.properties?.[name])
          .flatMap((name) => problems(object[name], others, `${path}.${name}`))
      : [];
    const inside = Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
      object[name] === undefined ? [] : problems(object[name], of, `${path}.${name}`),
    );
    return [...missing.map((name) => `${path}.${name} is missing`), ...inside, ...unnamed];
  }

  /** What the description says of an answer with this status; null where it says nothing. */
  function schemaOf(method: string, path: string, status: number): Schema | null {
    const template = UNDESCRIBED.has(path)
      ? undefined
      : templates.find((one) => matches(one, path));
    const operation = description.paths[template ?? '']?.[method.toLowerCase()];
    const response = operation?.responses[status];
    const schema = response?.content?.['application/json']?.schema ?? null;
    // Described as one filter where it is a list of them.
    if (schema && method === 'GET' && template === '/api/v1/filters')
      return { type: 'array', items: { $ref: '#/components/schemas/V1Filter' } };
    return schema;
  }

  return {
    entity: (name: string, value: unknown): string[] =>
      problems(value, { $ref: `#/components/schemas/${name}` }, name),
    entityOf: (method: string, path: string): string | null => {
      const schema = schemaOf(method.toUpperCase(), path, 200);
      const name = (of: Schema | undefined) => of?.$ref?.split('/').at(-1);
      const listed = name(schema?.items);
      return listed ? `${listed}[]` : (name(schema ?? undefined) ?? null);
    },
    paths: () =>
      Object.entries(description.paths).flatMap(([path, methods]) =>
        Object.keys(methods)
          .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
          .map((method) => ({ method, path })),
      ),
    answer: (method: string, path: string, status: number, value: unknown): string[] => {
      const schema = schemaOf(method, path.split('?')[0] ?? '', status);
      return schema ? problems(value, schema, `${method} ${path} ${status}`) : [];
    },
  };
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith('{') || part === given[index])
  );
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
