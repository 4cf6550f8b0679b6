/** The OpenAPI 3.1 document of everything served, made from the declarations that serve it. */
import { ERROR_CODES } from '@mitoyen/protocol';
import type { EndpointRecord } from '../../platform/http/endpoints.ts';
import { describedAnswer, describedEntities } from './answers.ts';
import { describedMastodonAnswer, mastodonEntities } from './mastodon-answers.ts';
import { fieldsOf, type JsonSchema, schemaOf } from './schema-of.ts';
import { describeElsewhere } from './served-elsewhere.ts';

type Spec = EndpointRecord['spec'];

export type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: JsonSchema[];
  requestBody?: JsonSchema;
  responses: Record<string, JsonSchema>;
};

export type ApiDescription = {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: JsonSchema;
};

const DESCRIPTION = [
  'The Mastodon client API, so that existing apps sign in, and what it has no word for under',
  '`/api/mitoyen/v1`. Bodies may be JSON or forms. Lists are paged by cursor: follow the `Link`',
  'header. Ids are strings that sort by time. WebSocket: `/api/v1/streaming`.',
].join(' ');

export function describeApi(
  records: EndpointRecord[],
  about: { name: string; baseUrl: string; version: string },
): ApiDescription {
  const paths = describeElsewhere() as ApiDescription['paths'];
  const scopes = new Set<string>();
  for (const { spec } of records) {
    const path = spec.path.replace(/:([A-Za-z_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec) };
    if (spec.scope) scopes.add(spec.scope);
  }
  return {
    openapi: '3.1.0',
    info: { title: `${about.name}: Mitoyen`, version: about.version, description: DESCRIPTION },
    servers: [{ url: about.baseUrl }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: componentsOf(about.baseUrl, [...scopes].sort()),
  };
}

function operationOf(spec: Spec): Operation {
  const parameters = [
    ...pathParameters(spec),
    ...queryParameters(spec),
    ...(spec.idempotent ? [IDEMPOTENCY] : []),
    ...Object.entries(spec.headers?.takes ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];
  const takesBody =
    (spec.body !== undefined || spec.files || spec.bodyType) && spec.method !== 'get';
  return {
    operationId: `${spec.method}_${spec.path.replace(/^\/(api\/)?/, '').replace(/[^A-Za-z0-9]+/g, '_')}`,
    summary: spec.summary,
    tags: [areaOf(spec.path)],
    security: securityOf(spec),
    ...(parameters.length > 0 && { parameters }),
    ...(takesBody && { requestBody: bodyOf(spec) }),
    responses: responsesOf(spec),
  };
}

const IDEMPOTENCY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Sent again with the same key, the first answer comes back and nothing is done twice',
  schema: { type: 'string', maxLength: 200 },
};

/** The word of the path that says what it is about. */
function areaOf(path: string): string {
  const words = path.split('/').filter((word) => word && !/^(api|v\d|mitoyen|pleroma)$/.test(word));
  return words[0] === 'admin' ? `admin: ${words[1] ?? ''}` : (words[0] ?? 'other');
}

function securityOf(spec: Spec): Record<string, string[]>[] {
  const oauth = { oauth: spec.scope ? [spec.scope] : [] };
  if (spec.auth === 'none') return [];
  return spec.auth === 'optional' ? [oauth, {}] : [oauth];
}

function pathParameters(spec: Spec): JsonSchema[] {
  const known = new Map(fieldsOf(spec.params).map((field) => [field.name, field.schema]));
  return [...spec.path.matchAll(/:([A-Za-z_]+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: known.get(name) ?? { type: 'string' },
  }));
}

function queryParameters(spec: Spec): JsonSchema[] {
  return fieldsOf(spec.query).map(({ name, schema, required }) => ({
    // Lists are sent as forms do it: `id[]=1&id[]=2`.
    name: schema.type === 'array' ? `${name}[]` : name,
    in: 'query',
    required,
    schema,
  }));
}

function bodyOf(spec: Spec): JsonSchema {
  if (spec.bodyType) return { content: { [spec.bodyType]: {} } };
  const schema = spec.body ? schemaOf(spec.body) : { type: 'object' };
  const { files } = spec;
  return {
    content: {
      'application/json': { schema },
      'application/x-www-form-urlencoded': { schema },
      ...(files && { 'multipart/form-data': { schema: withFiles(schema, files) } }),
    },
  };
}

/** Files are parts of the form, beside its fields. */
function withFiles(schema: JsonSchema, files: string[]): JsonSchema {
  const file = { type: 'string', contentMediaType: 'application/octet-stream' };
  const parts = Object.fromEntries(files.map((name) => [name, file]));
  return { ...schema, properties: { ...(schema.properties as JsonSchema), ...parts } };
}

function responsesOf(spec: Spec): Record<string, JsonSchema> {
  const named = (name: string) => ({ $ref: `#/components/responses/${name}` });
  const isGuarded = spec.auth === 'member' || spec.auth === 'app';
  const answer =
    describedAnswer(spec.method, spec.path) ?? describedMastodonAnswer(spec.method, spec.path);
  const takes = spec.params ?? spec.query ?? spec.body;
  const type = spec.answerType ?? 'application/json';
  const content = { [type]: answer ? { schema: answer } : {} };
  const headers = headersOf(spec);
  const hasContent = spec.status !== 204;
  return {
    [String(spec.status ?? 200)]: {
      description: 'As asked',
      headers,
      ...(hasContent && { content }),
    },
    ...Object.fromEntries(
      Object.entries(spec.alsoStatus ?? {}).map(([status, description]) => [
        status,
        { description, headers, content },
      ]),
    ),
    ...(isGuarded && { 401: named('Unauthenticated'), 403: named('Forbidden') }),
    ...(/:/.test(spec.path) && { 404: named('NotFound') }),
    ...(takes && { 422: named('Invalid') }),
    429: named('TooMany'),
    ...Object.fromEntries(
      Object.entries(spec.errors ?? {}).map(([status, description]) => [status, { description }]),
    ),
  };
}

/** Lists that are paged by id tell where the next page is. */
function headersOf(spec: Spec): JsonSchema {
  const isPaged = fieldsOf(spec.query).some(({ name }) => name === 'max_id');
  const names = [...RATE_HEADERS, ...(isPaged ? ['Link'] : [])];
  return {
    ...Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...Object.fromEntries(
      Object.entries(spec.headers?.gives ?? {}).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    ),
  };
}

const RATE_HEADERS = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'];
const HEADERS = {
  'X-RateLimit-Limit': {
    description: 'Requests that are allowed in five minutes',
    schema: { type: 'integer' },
  },
  'X-RateLimit-Remaining': { description: 'Of these, those left', schema: { type: 'integer' } },
  'X-RateLimit-Reset': {
    description: 'When there are all of them again',
    schema: { type: 'string', format: 'date-time' },
  },
  Link: {
    description: 'RFC 8288: `rel="next"` older, `rel="prev"` newer; absent where there is no more',
    schema: { type: 'string' },
  },
};

function componentsOf(baseUrl: string, scopes: string[]): JsonSchema {
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    schemas: {
      ...mastodonEntities(),
      ...describedEntities(),
      Error: {
        type: 'object',
        required: ['error'],
        properties: {
          error: { type: 'string', description: 'One sentence' },
          error_description: { type: 'string' },
          details: {
            type: 'object',
            description: 'Every problem at once, by field',
            additionalProperties: {
              type: 'array',
              items: {
                type: 'object',
                properties: { error: { type: 'string' }, description: { type: 'string' } },
              },
            },
          },
        },
        description: `Causes: ${ERROR_CODES.join(', ')}`,
      },
    },
    headers: HEADERS,
    responses: {
      Unauthenticated: { description: 'No token, or one that is not valid', content: error },
      Forbidden: { description: 'The token or the person may not do this', content: error },
      NotFound: { description: 'Not there, or not for this person', content: error },
      Invalid: { description: 'Bad input, with every problem', content: error },
      TooMany: {
        description: 'Too many requests',
        headers: { 'Retry-After': { schema: { type: 'integer' } } },
        content: error,
      },
    },
    securitySchemes: {
      oauth: {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: `${baseUrl}/oauth/authorize`,
            tokenUrl: `${baseUrl}/oauth/token`,
            scopes: Object.fromEntries(scopes.map((scope) => [scope, ''])),
          },
        },
      },
    },
  };
}
