/** What is served beside the declared endpoints: signing in, well-known addresses, health. */
import type { JsonSchema } from './schema-of.ts';

type Described = {
  summary: string;
  /** Fields of the query or the form; the first ones, up to `required`, must be there. */
  fields?: string[];
  required?: number;
  /** What it answers with, if not JSON. */
  type?: string;
  also?: Record<string, string>;
};

const AUTHORIZE = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
];
const BAD_CLIENT = { 400: 'The grant is not valid', 401: 'The client is not known' };

const OPERATIONS: Record<string, Described> = {
  'get /oauth/authorize': {
    summary: 'The page where a person lets an app in; PKCE with S256',
    fields: AUTHORIZE,
    required: 3,
    type: 'text/html',
    also: { 303: 'Not signed in yet: to the page that does it' },
  },
  'post /oauth/authorize': {
    summary: 'The answer of the person: sends the browser back to the app with a code',
    fields: AUTHORIZE,
    required: 3,
    type: 'text/html',
    also: { 303: 'To the redirect address, with `code` or `error`' },
  },
  'post /oauth/token': {
    summary: 'A token for a code, or for the app itself (client credentials)',
    fields: [
      'grant_type',
      'client_id',
      'client_secret',
      'code',
      'redirect_uri',
      'code_verifier',
      'scope',
    ],
    required: 2,
    also: BAD_CLIENT,
  },
  'post /oauth/revoke': {
    summary: 'Ends a token',
    fields: ['token', 'client_id', 'client_secret'],
    required: 1,
    also: BAD_CLIENT,
  },
  'get /.well-known/oauth-authorization-server': { summary: 'How to sign in (RFC 8414)' },
  'get /.well-known/nodeinfo': { summary: 'Where NodeInfo is' },
  'get /nodeinfo/2.1': { summary: 'The software and what it speaks; no numbers of people' },
  'get /.well-known/webfinger': {
    summary: 'Whose address it is (RFC 7033), for partners',
    fields: ['resource'],
    required: 1,
    type: 'application/jrd+json',
    also: { 404: 'Nobody here, or nobody that the asker may know of' },
  },
  'get /.well-known/host-meta': {
    summary: 'Where WebFinger is (RFC 6415)',
    type: 'application/xrd+xml',
  },
  'get /health/live': { summary: 'Whether the process runs' },
  'get /health/ready': {
    summary: 'Whether it can serve: started, database and queue answer',
    also: { 503: 'Not yet, or not any more' },
  },
  'get /api/openapi.json': { summary: 'This description' },
};

/** By path and method; every one of these is asked by a test. */
export function describeElsewhere(): Record<string, Record<string, JsonSchema>> {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, described] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method]: operationOf(method, path, described) };
  }
  return paths;
}

function operationOf(method: string, path: string, described: Described): JsonSchema {
  const { summary, fields = [], required = 0, type = 'application/json', also = {} } = described;
  const properties = Object.fromEntries(fields.map((name) => [name, { type: 'string' }]));
  const schema = { type: 'object', properties, required: fields.slice(0, required) };
  const inQuery = fields.map((name, at) => ({
    name,
    in: 'query',
    required: at < required,
    schema: { type: 'string' },
  }));
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
    summary,
    tags: [path.startsWith('/oauth') ? 'oauth' : 'well-known and health'],
    security: [],
    ...(method === 'get' && fields.length > 0 && { parameters: inQuery }),
    ...(method === 'post' && {
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema } } },
    }),
    responses: {
      200: { description: 'As asked', content: { [type]: {} } },
      ...Object.fromEntries(
        Object.entries(also).map(([status, description]) => [status, { description }]),
      ),
    },
  };
}
