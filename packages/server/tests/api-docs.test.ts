/** The API describes itself, truly; and the table of Mastodon's endpoints promises nothing that is not served. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { withApp } from './support/boot.ts';
import { endpointTable, readTable } from './support/endpoint-table.ts';
import { mastodonPaths } from './support/mastodon-schema.ts';

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
