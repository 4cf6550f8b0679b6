import test from 'ava';
import fc from 'fast-check';
import { createApexKit } from './apex/apex-kit.ts';
import type { JsonObject } from './json.ts';
import { createDocumentReader, readActivity } from './read-activity.ts';

const AS = 'https://www.w3.org/ns/activitystreams';
const ann = 'https://a.example/users/ann';
const readDocument = createDocumentReader({ kit: createApexKit() });
const like = { id: 'https://a.example/1', type: 'Like', actor: ann, object: 'https://b.example/2' };

function fast(json: unknown): string {
  const result = readActivity(JSON.stringify(json));
  if (result.kind === 'ok') return 'ok';
  return result.needsJsonLd ? 'jsonld' : result.reason;
}

async function full(json: JsonObject): Promise<JsonObject | string> {
  const result = await readDocument(JSON.stringify(json));
  return result.kind === 'ok' ? result.activity : result.reason;
}

test('what servers usually send takes the fast path, unchanged', (t) => {
  const contexts = [
    undefined,
    AS,
    [AS],
    [AS, 'https://w3id.org/security/v1', { sensitive: 'as:sensitive', Hashtag: 'as:Hashtag' }],
    [AS, 'https://pleroma.example/schemas/litepub-0.1.jsonld', { '@language': 'und' }],
    ['https://join-lemmy.org/context.json', AS],
    [AS, { id: '@id', type: '@type', attributedTo: { '@id': 'as:attributedTo', '@type': '@id' } }],
    [AS, { publicKeyPem: 'https://w3id.org/security#publicKeyPem', inbox: 'ldp:inbox' }],
    [
      AS,
      {
        likes: { '@id': 'as:likes', '@type': '@id' },
        focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
      },
    ],
  ];
  for (const context of contexts) {
    const json = { '@context': context, ...like };
    t.is(fast(json), 'ok', JSON.stringify(context));
  }
  const result = readActivity(JSON.stringify({ '@context': AS, ...like }));
  t.deepEqual(result.kind === 'ok' && result.activity, { '@context': AS, ...like });
});

test('a context that changes what a core term means is refused (CVE-2026-42462)', async (t) => {
  const contexts = [
    { actor: 'https://evil.example/x' },
    { actor: 'as:object' },
    { object: { '@id': 'as:actor', '@type': '@id' } },
    { id: 'https://evil.example/id' },
    { type: '@id' },
    { actor: null },
    { to: { '@id': 'as:to', '@context': { Public: 'https://evil.example/' } } },
    { attributedTo: { '@reverse': 'as:actor' } },
    { whatever: { '@reverse': 'as:object' } },
    { whatever: { '@id': 'as:x', '@container': '@graph' } },
    { whatever: '@nest', '@import': 'https://evil.example' },
    { whatever: { '@id': 'x:y', '@nest': 'as:object' } },
    { whatever: { '@id': 'x:y', '@context': { actor: 'as:object' } } },
    { as: 'https://evil.example/ns#' },
    { as: { '@id': { toString: 1, valueOf: 1 } } },
    { sec: 'https://evil.example/ns#' },
    { '@propagate': false },
    null,
    7,
  ];
  for (const context of contexts) {
    for (const json of [
      { '@context': [AS, context], ...like },
      { ...like, '@context': AS, object: { '@context': context, id: 'https://a.example/2' } },
    ]) {
      t.regex(fast(json), /redefines|restructures|not taken|malformed/, JSON.stringify(json));
      t.is(typeof (await full(json)), 'string', JSON.stringify(json));
    }
  }
});

test('keywords that restructure a document are refused anywhere in it', async (t) => {
  for (const keyword of ['@graph', '@reverse', '@included', '@nest', '@import']) {
    t.regex(fast({ '@context': AS, ...like, [keyword]: [like] }), /not taken/);
    t.regex(fast({ '@context': AS, ...like, object: { tag: [{ [keyword]: {} }] } }), /not taken/);
    t.is(typeof (await full({ '@context': AS, ...like, [keyword]: [like] })), 'string');
  }
});

test('no key changes what JavaScript does with the object', (t) => {
  for (const key of ['__proto__', 'toString', 'valueOf'])
    t.is(fast(JSON.parse(`{"id":"https://a.example/1","type":{"${key}":1}}`)), 'a forbidden key');
});

test('renamed terms go through JSON-LD and come out with the usual names', async (t) => {
  const prefixed = {
    '@context': { as: `${AS}#` },
    '@id': like.id,
    '@type': 'as:Like',
    'as:actor': { '@id': ann },
    'as:object': { '@id': like.object },
  };
  const aliased = {
    '@context': [AS, { who: { '@id': 'as:actor', '@type': '@id' } }],
    id: like.id,
    type: 'Like',
    who: ann,
    object: like.object,
  };
  for (const json of [prefixed, aliased]) {
    t.is(fast(json), 'jsonld');
    const activity = await full(json);
    t.like(activity, like);
  }
});

test('extension terms keep their short names on the JSON-LD road', async (t) => {
  const activity = (await full({
    '@context': [
      AS,
      { who: 'as:actor', b: 'http://joinmastodon.org/ns#blurhash', s: 'as:sensitive' },
    ],
    id: like.id,
    type: 'Note',
    s: true,
    attachment: [{ type: 'Image', b: 'UBL_' }],
  })) as JsonObject;
  t.is(activity.sensitive, true);
  t.like(activity.attachment, { type: 'Image', blurhash: 'UBL_' });
});

test('an unknown context is never fetched: beside the normative one it is passed over', async (t) => {
  t.is(fast({ '@context': [AS, 'https://evil.example/context'], ...like }), 'ok');
  t.is(fast({ '@context': 'https://evil.example/context', ...like }), 'jsonld');
  t.is(
    await full({ '@context': 'https://evil.example/context', ...like }),
    'its JSON-LD cannot be processed',
  );
});

test('size, depth and number of parts are bounded, also within contexts', async (t) => {
  t.is(fast({ a: 'x'.repeat(1_100_000) }), 'too large');
  const nested = (open: string, close: string, levels: number) =>
    readActivity(`{"a":${open.repeat(levels)}1${close.repeat(levels)}}`);
  t.is(nested('{"a":', '}', 30).kind, 'ok');
  t.is(nested('{"a":', '}', 40).kind, 'refused');
  t.is(nested('[', ']', 400_000).kind, 'refused');
  t.is(fast({ tag: Array.from({ length: 30_000 }, () => 1) }), 'too many parts');
  const deepContext = `{"@context":${'{"x":{"@id":"a:b","@context":'.repeat(20_000)}{}${'}}'.repeat(20_000)}}`;
  t.is(readActivity(deepContext).kind, 'refused');
  const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`t${at}`, 'as:actor']));
  t.is(await full({ '@context': [AS, wide], ...like }), 'too many parts for its context');
});

test('contexts made to be slow are not', async (t) => {
  const terms = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`t${at}`, `https://x.example/${at}`]),
    );
  const alias = { w: 'as:actor' };
  const T = { '@id': 'https://x.example/T', '@context': terms(300) };
  const started = performance.now();
  for (const json of [
    { '@context': [AS, { ...alias, ...terms(550) }], ...like },
    { '@context': Array.from({ length: 500 }, () => AS).concat([alias as never]), ...like },
    {
      '@context': [AS, { ...alias, T }],
      ...like,
      tag: Array.from({ length: 140 }, () => ({ type: 'T' })),
    },
    {
      '@context': [AS, alias],
      ...like,
      tag: Array.from({ length: 150 }, () => ({ '@context': [AS], name: 'x' })),
    },
  ])
    t.truthy(await full(json));
  t.true(performance.now() - started < 3_000);
  t.is(fast({ '@context': Array.from({ length: 33 }, () => AS), ...like }), 'too many contexts');
});

test('what is no JSON object is refused', (t) => {
  for (const raw of [
    '',
    '{',
    '[]',
    '1',
    'null',
    '"x"',
    '\u0000',
    '{"a":1}x',
    Buffer.from([0xff, 0xfe]),
  ])
    t.is(readActivity(raw).kind, 'refused');
});

test('whatever the JSON, reading ends in an answer, and what is refused stays refused', async (t) => {
  const key = fc.oneof(
    fc.constantFrom(
      '@context',
      '@id',
      '@type',
      '@graph',
      'id',
      'type',
      'actor',
      'object',
      'as:actor',
      '__proto__',
      '@value',
      'constructor',
      'toString',
      'valueOf',
      'as',
    ),
    fc.string({ maxLength: 5 }),
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(AS, ann, 'as:actor', '@id', null, true, 1),
      fc.string({ maxLength: 8 }),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie('json')), { maxLength: 6 }).map((entries) =>
        // As JSON.parse does it: __proto__ becomes a key like any other.
        JSON.parse(
          `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
        ),
      ),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(json, async (value) => {
      const raw = JSON.stringify(value);
      const quick = readActivity(raw);
      const slow = await readDocument(raw);
      if (quick.kind === 'ok') t.deepEqual(slow, quick);
      if (quick.kind === 'refused' && !quick.needsJsonLd) t.is(slow.kind, 'refused');
    }),
    { numRuns: 1500 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      t.truthy((await readDocument(Buffer.from(bytes))).kind);
    }),
    { numRuns: 500 },
  );
});
