/** What we send is what others take: our documents against the requirements of their sources. */
import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, withApp } from '../../../server/tests/support/boot.ts';
import { createPeer } from '../../../server/tests/support/peer.ts';
import { type Kind, requirements } from './requirements.ts';

const app = withApp(test, { limits: { post_characters: 20_000 } });
let ours: Promise<Record<Kind, JsonObject>> | undefined;

/** Everything that leaves the house for a foreign server whose people follow, join and talk. */
async function collect(): Promise<Record<Kind, JsonObject>> {
  const peer = await createPeer();
  const { token, account } = await app().person('amina');
  const api = async (method: string, path: string, body?: unknown): Promise<AnyJson> => {
    const answer = await app().request(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    await app().settled();
    return answer.json;
  };
  const post = (body: AnyJson) => api('POST', '/api/v1/statuses', body);
  const ben = peer.person('ben');
  const send = async (activity: JsonObject) => {
    await peer.deliver(`${app().baseUrl}/inbox`, ben, activity);
    await app().settled();
  };
  const group = await api('POST', '/api/mitoyen/v1/groups', { name: 'Bakers', access: 'open' });
  const groupIri = (await app().apis.accounts.get(group.id))?.iri;
  for (const iri of [account.iri, groupIri]) await send(peer.activity('Follow', ben, iri));
  const theirs = peer.note(ben, { cc: [ben.followers, account.iri] });
  await send(peer.activity('Create', ben, theirs));

  const picture = new FormData();
  const png = sharp({ create: { width: 8, height: 8, channels: 3, background: '#799' } }).png();
  picture.set('file', new Blob([new Uint8Array(await png.toBuffer())], { type: 'image/png' }), 'a');
  picture.set('description', 'A wall');
  const media = await api('POST', '/api/v1/media', picture);
  const first = await post({ status: 'Hello #world', visibility: 'public', media_ids: [media.id] });
  await api('PUT', `/api/v1/statuses/${first.id}`, { status: 'Hello again' });
  await post({ status: 'Bread?', poll: { options: ['yes', 'no'], expires_in: 3600 } });
  await post({
    status: 'Come over',
    visibility: 'public',
    event: {
      title: 'Open day',
      starts_at: '2030-05-04T09:00:00+02:00',
      ends_at: '2030-05-04T12:00:00+02:00',
      time_zone: 'Europe/Paris',
      location: 'Old bakery',
      url: 'https://meet.example/open-day',
      capacity: 30,
    },
  });
  const long = 'Stone upon stone upon stone. '.repeat(200);
  await post({ status: `# On walls\n\n${long}`, visibility: 'public' });
  await post({ status: 'For the group', visibility: 'group', group_id: group.id });
  const query = `type=statuses&resolve=false&q=${encodeURIComponent(theirs.id)}`;
  const { statuses } = await api('GET', `/api/v2/search?${query}`);
  const handle = `@ben@${peer.host}`;
  await post({ status: `${handle} indeed`, in_reply_to_id: statuses[0].id });
  await post({ status: `${handle} between us`, visibility: 'direct' });
  await api('POST', `/api/v1/statuses/${statuses[0].id}/favourite`);
  await api('POST', `/api/v1/statuses/${statuses[0].id}/unfavourite`);
  await api('POST', '/api/v1/reports', {
    ...{ account_id: statuses[0].account.id, status_ids: [statuses[0].id] },
    ...{ comment: 'Rude', forward: true },
  });
  await api('DELETE', `/api/v1/statuses/${first.id}`);

  const all = peer.received as AnyJson[];
  const find = (what: string, check: (one: AnyJson) => boolean): AnyJson => {
    const found = all.find(check);
    if (!found) throw new Error(`no ${what} was sent`);
    return found;
  };
  const created = (what: string, check: (note: AnyJson) => boolean) =>
    find(what, (one) => one.type === 'Create' && check(one.object));
  const create = created('post', (note) => /Hello/.test(note.content));
  const announce = find('relay', (one) => one.type === 'Announce' && one.object.type === 'Create');
  const report = find('report', (one) => one.type === 'Flag');
  await peer.stop();
  return {
    report,
    reporter: (await peer.get(report.actor, ben)).json,
    person: (await peer.get(account.iri, ben)).json,
    group: (await peer.get(groupIri ?? '', ben)).json,
    create,
    post: create.object,
    createInGroup: announce.object,
    groupPost: announce.object.object,
    announce,
    share: find('share', (one) => one.type === 'Announce' && typeof one.object === 'string'),
    poll: created('poll', (note) => note.type === 'Question').object,
    article: created('article', (note) => note.type === 'Article').object,
    event: created('event', (note) => note.type === 'Event').object,
    comment: created('comment', (note) => note.inReplyTo === theirs.id).object,
    message: created('message', (note) => /between us/.test(note.content)).object,
    accept: find('answer', (one) => one.type === 'Accept'),
    like: find('like', (one) => one.type === 'Like'),
    undo: find('undo', (one) => one.type === 'Undo' && one.object.type === 'Like'),
    update: find('edit', (one) => one.type === 'Update' && one.object.type === 'Note'),
    delete: find('deletion', (one) => one.type === 'Delete'),
  };
}

for (const [software, needed] of Object.entries(requirements)) {
  test.serial(`${software} takes what we send`, async (t) => {
    ours ??= collect();
    const documents = await ours;
    for (const [kind, schema] of Object.entries(needed)) {
      const result = schema.safeParse(documents[kind as Kind]);
      t.true(result.success, `${kind}: ${JSON.stringify(result.error?.issues)}`);
    }
  });
}
