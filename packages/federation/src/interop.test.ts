/** What other servers really send is read without a crash, with the right author and audience. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameOrigin } from '@mitoyen/protocol';
import test from 'ava';
import fc from 'fast-check';
import { addressing } from './addressing.ts';
import { createApexKit } from './apex/apex-kit.ts';
import { guardActivity } from './guard.ts';
import { isObject, type JsonObject } from './json.ts';
import { createDocumentReader, readActivity } from './read-activity.ts';
import { readActor } from './read-actor.ts';
import { readNote } from './read-note.ts';
import { sanitizeRemoteHtml } from './sanitize-html.ts';
import { asList, objectId } from './values.ts';

const data = process.env.MITOYEN_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');
const folder = join(data, 'interop');
const files = existsSync(folder) ? globSync('**/*.json', { cwd: folder }).sort() : [];
const when = files.length > 0 ? test : test.skip;

/** What moderators of groups do to others' objects. */
const MODERATION = [
  'lemmy/activities/community/update_community.json',
  'lemmy/activities/deletion/remove_note.json',
  'lemmy/activities/deletion/undo_remove_note.json',
];

function read(file: string): JsonObject {
  const result = readActivity(readFileSync(join(folder, file)));
  if (result.kind === 'refused') throw new Error(`${file}: ${result.reason}`);
  return result.activity;
}

when('every interop document is read', (t) => {
  for (const file of files) t.notThrows(() => read(file));
  t.true(files.length > 80);
});

when('every interop actor has its keys, inbox and name', (t) => {
  const actors = files.filter((file) => /objects\/(person|group|instance)/.test(file));
  for (const file of actors) {
    const json = read(file);
    const actor = readActor(json);
    t.truthy(actor, file);
    t.is(actor?.id, json.id as string, file);
    // This one carries the key of another actor, which is not taken.
    if (file === 'gnusocial/objects/group.json') t.deepEqual(actor?.publicKeys, []);
    else t.true((actor?.publicKeys.length ?? 0) > 0, file);
  }
  t.true(actors.length >= 12);
});

when('every interop post keeps its author and is never public where it was not', (t) => {
  const posts = files.filter((file) =>
    /objects\/(note|page|comment|private_message|video|event)/.test(file),
  );
  for (const file of posts) {
    const json = read(file);
    const note = readNote(json);
    t.truthy(note, file);
    const authors = asList(json.attributedTo ?? json.actor).map((one) => objectId(one));
    t.true(authors.includes(note?.attributedTo ?? ''), file);
    const isPublic = JSON.stringify([json.to, json.cc]).includes('Public');
    const { isPublic: inTo, isUnlisted } = addressing(json);
    t.is(inTo || isUnlisted, isPublic, file);
  }
  t.true(posts.length >= 12);
});

when('every interop Create carries a post whose author is its actor', (t) => {
  for (const file of files.filter((name) => /create/.test(name))) {
    const activity = read(file);
    const object =
      activity.type === 'Announce' && isObject(activity.object)
        ? (activity.object as JsonObject).object
        : activity.object;
    t.truthy(isObject(object) && readNote(object), file);
  }
});

when(
  'every interop activity passes the guard when its actor signed it, and no other signer',
  (t) => {
    // Moderators of groups act on what others wrote; only with `mayModerate` that passes, as ids.
    const moderation = new Set<string>();
    const activities = files.filter((file) => /activities\//.test(file) && read(file).actor);
    for (const file of activities) {
      const activity = read(file);
      const signer = objectId(activity.actor) ?? '';
      const guarded = guardActivity(activity, { signer });
      if (guarded.kind === 'rejected') moderation.add(file);
      const moderated = guardActivity(activity, { signer, mayModerate: true });
      t.is(moderated.kind, 'ok', file);
      if (moderated.kind === 'ok') {
        const { object } = moderated.activity;
        const author = isObject(object) && activity.type === 'Create' ? readNote(object) : null;
        if (author) t.is(author.attributedTo, signer, file);
      }
      for (const other of ['https://evil.example/users/x', `${signer}2`])
        t.is(guardActivity(activity, { signer: other, mayModerate: true }).kind, 'rejected', file);
    }
    t.deepEqual([...moderation].sort(), MODERATION);
    t.true(activities.length >= 50);
  },
);

when('the HTML of every interop post is sanitized to something that can be read', (t) => {
  for (const file of files.filter((name) =>
    /objects\/(note|page|comment|video|event)/.test(name),
  )) {
    const note = readNote(read(file));
    const html = sanitizeRemoteHtml(note?.content ?? '');
    t.notRegex(html, /<(script|style|img|iframe)|on\w+=|javascript:/i, file);
    t.truthy(html || note?.name || note?.attachments.length, file);
  }
});

/** The document with one value, found by walking down some keys, exchanged for another. */
function mutated(value: unknown, steps: number[], other: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[step % keys.length] as string;
  const copy = structuredClone(value) as JsonObject;
  copy[key] = mutated(copy[key], rest, other);
  return copy;
}

when(
  'mutations of what servers send end in an answer, never in a wrong author or a wider audience',
  async (t) => {
    const documents = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const readDocument = createDocumentReader({ kit: createApexKit() });
    const junk = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        -1,
        '',
        'x',
        [],
        {},
        [[[]]],
        'https://victim.example/users/v',
        { id: 'https://victim.example/1' },
        { '@id': 'x' },
        '@context',
        ['Note', 'Create'],
      ),
      fc.constantFrom(...documents),
    );
    const change = fc.record({
      steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
      other: junk,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...documents),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (document, changes) => {
          let json: unknown = document;
          for (const { steps, other } of changes) json = mutated(json, steps, other);
          const result = await readDocument(JSON.stringify(json));
          if (result.kind === 'refused') return;
          readActor(result.activity);
          const signer = objectId(result.activity.actor) ?? 'https://nobody.example/';
          const guarded = guardActivity(result.activity, { signer });
          const own =
            guarded.kind === 'ok' && guarded.activity.type === 'Create'
              ? guarded.activity.object
              : null;
          if (isObject(own)) t.is(readNote(own)?.attributedTo ?? signer, signer);
          const note = readNote(result.activity);
          if (!note) return;
          t.true(sameOrigin(note.attributedTo, note.id));
          sanitizeRemoteHtml(note.content);
          const { isPublic, isUnlisted } = addressing(result.activity);
          if (isPublic || isUnlisted)
            t.regex(JSON.stringify([result.activity.to, result.activity.cc]), /Public/);
        },
      ),
      { numRuns: 1500 },
    );
  },
);
