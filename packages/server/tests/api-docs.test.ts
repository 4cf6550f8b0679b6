/** The API describes itself, truly; and the table of Mastodon's endpoints promises nothing that is not served. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { mastodonAnswer } from '../src/features/api-docs/mastodon-answers.ts';
import type { AnyJson } from './support/boot.ts';
import { withApp } from './support/boot.ts';
import { endpointTable, readTable } from './support/endpoint-table.ts';
import { mastodonEntityOf, mastodonPaths } from './support/mastodon-schema.ts';

const app = withApp(test);
const TABLE = join(import.meta.dirname, '../../../docs/endpoints.md');

async function description(): Promise<AnyJson> {
  return (await app().request('GET', '/api/openapi.json')).json;
}

test('every endpoint is described, with what it takes as it validates it', async (t) => {
  const api = await description();
  t.is(api.openapi, '3.1.0');
  for (const { spec } of app().app.endpoints) {
    const operation = api.paths[spec.path.replace(/:([A-Za-z_]+)/g, '{$1}')]?.[spec.method];
    t.is(operation?.summary, spec.summary, spec.path);
  }
  const post = api.paths['/api/v1/statuses'].post;
  const body = post.requestBody.content['application/json'].schema;
  t.deepEqual(body.properties.visibility.anyOf?.[0]?.enum ?? body.properties.visibility.enum, [
    'public',
    'unlisted',
    'private',
    'direct',
    'followers',
    'company',
    'group',
  ]);
  t.is(body.properties.media_ids.type, 'array');
  t.deepEqual(post.security, [{ oauth: ['write:statuses'] }]);
  const mute = api.paths['/api/v1/accounts/{id}/mute'].post;
  t.is(mute.parameters[0].in, 'path');
  const limit = api.paths['/api/v1/timelines/home'].get.parameters.find(
    (one: AnyJson) => one.name === 'limit',
  );
  t.is(limit.required, false);
  const ids = Object.values(api.paths as Record<string, AnyJson>).flatMap((methods) =>
    Object.values(methods as Record<string, AnyJson>).map((one) => one.operationId),
  );
  t.is(new Set(ids).size, ids.length);
});

test('the description is a valid OpenAPI 3.1 document', async (t) => {
  const checked = await new Validator().validate(await description());
  t.true(checked.valid, JSON.stringify(checked.errors)?.slice(0, 2000));
});

test('what is served beside the declared endpoints is described, and answers', async (t) => {
  const api = await description();
  const declared = new Set(
    app().app.endpoints.map(({ spec }) => `${spec.method} ${spec.path.replace(/:(\w+)/g, '{$1}')}`),
  );
  const others = Object.entries(api.paths as Record<string, AnyJson>).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => !declared.has(`${method} ${path}`))
      .map((method) => [method, path] as const),
  );
  for (const path of [
    '/oauth/authorize',
    '/oauth/token',
    '/oauth/revoke',
    '/.well-known/oauth-authorization-server',
    '/.well-known/nodeinfo',
    '/.well-known/webfinger',
    '/nodeinfo/2.1',
    '/health/live',
    '/health/ready',
  ])
    t.true(
      others.some(([, other]) => other === path),
      path,
    );
  for (const [method, path] of others) {
    const asked = path.includes('webfinger') ? `${path}?resource=acct:nobody@127.0.0.1` : path;
    const answer = await app().request(method.toUpperCase(), asked);
    const { operationId, responses } = api.paths[path][method];
    // What is asked without its fields is refused by whoever answers there, not by the router.
    t.false(
      answer.status === 405 || (answer.status === 404 && !responses[404]),
      `${operationId}: ${answer.status}`,
    );
  }
});

test('files, further answers, headers and Mastodon’s entities are described', async (t) => {
  const { paths, components } = await description();
  const formOf = (path: string, method = 'post') =>
    Object.entries(
      paths[path][method].requestBody.content['multipart/form-data'].schema.properties as AnyJson,
    )
      .filter(([, field]) => (field as AnyJson).contentMediaType)
      .map(([name]) => name);
  t.deepEqual(formOf('/api/v2/media'), ['file']);
  t.deepEqual(formOf('/api/v1/accounts/update_credentials', 'patch'), ['avatar', 'header']);
  // Whoever takes files says which.
  for (const { spec } of app().app.endpoints)
    t.is(spec.maxFileBytes !== undefined, (spec.files?.length ?? 0) > 0, spec.path);
  t.truthy(paths['/api/v2/media'].post.responses[202]);
  t.truthy(paths['/api/v1/media/{id}'].get.responses[206]);
  const post = paths['/api/v1/statuses'].post;
  t.true(post.parameters.some((one: AnyJson) => one.name === 'Idempotency-Key'));
  t.truthy(post.responses[422]);
  t.truthy(paths['/api/v1/timelines/home'].get.responses[200].headers.Link);
  t.truthy(post.responses[200].headers['X-RateLimit-Remaining']);
  const poll = paths['/api/v1/polls/{id}'].get.responses[200].content['application/json'].schema;
  t.is(poll.$ref, '#/components/schemas/MastodonPoll');
  t.regex(components.schemas.MastodonPoll.externalDocs.url, /entities\/Poll/);
});

test('what every endpoint answers with is described', async (t) => {
  const { paths, components } = await description();
  const bare: string[] = [];
  for (const { spec } of app().app.endpoints) {
    const operation = paths[spec.path.replace(/:([A-Za-z_]+)/g, '{$1}')][spec.method];
    const content = operation.responses[String(spec.status ?? 200)].content ?? {};
    const schema = content['application/json']?.schema;
    const isDescribed = spec.status === 204 || spec.answerType ? !schema : Boolean(schema);
    if (!isDescribed) bare.push(`${spec.method} ${spec.path}`);
  }
  t.deepEqual(bare, []);
  for (const [name, schema] of Object.entries(components.schemas as Record<string, AnyJson>))
    t.truthy(
      schema.properties ?? schema.anyOf ?? schema.additionalProperties ?? schema.type !== 'object',
      name,
    );
  const part = paths['/api/mitoyen/v1/uploads/{id}'].patch;
  t.deepEqual(Object.keys(part.requestBody.content), ['application/offset+octet-stream']);
  t.true(part.parameters.some((one: AnyJson) => one.in === 'header' && /Offset/.test(one.name)));
  t.truthy(part.responses[204].headers['Upload-Offset']);
  t.truthy(part.responses[412]);
  t.deepEqual(
    Object.keys(paths['/api/mitoyen/v1/events/{id}/event.ics'].get.responses[200].content),
    ['text/calendar; charset=utf-8'],
  );
});

test('the entities of answers are those that Mastodon names', (t) => {
  for (const { method, path } of mastodonPaths() ?? []) {
    const named = mastodonAnswer(method, path);
    if (named) t.is(mastodonEntityOf(method, path), named as string | null, `${method} ${path}`);
  }
  t.is(mastodonAnswer('get', '/api/v1/accounts/:id'), 'Account');
});

test('it can be read as a page without a script', async (t) => {
  const page = await app().request('GET', '/api');
  t.is(page.status, 200);
  t.regex(page.text, /\/api\/v1\/statuses\/\{id\}/);
  t.notRegex(page.text, /<script/);
  t.is((await app().request('GET', '/assets/api.css')).status, 200);
});

const whenDescribed = mastodonPaths() ? test : test.skip;
whenDescribed(
  'what the table says is served is served, and what is not has a reason',
  async (t) => {
    const served = app().app.endpoints.map(({ spec }) => ({
      method: spec.method,
      path: spec.path,
      summary: spec.summary,
    }));
    const table = endpointTable(served);
    if (!table) return t.fail('Mastodon’s description knows no path');
    // `UPDATE_DOCS=1` writes it anew.
    if (process.env.UPDATE_DOCS) await writeFile(TABLE, table.text);
    t.deepEqual(table.withoutReason, []);
    const known = new Set(table.rows.filter((row) => row.served).map((row) => row.name));
    for (const name of readTable(await readFile(TABLE, 'utf8'))) t.true(known.has(name), name);
  },
);
