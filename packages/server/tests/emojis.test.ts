/** Custom emojis: brought in by admins, shown in posts, polls, names and reactions, here and across the wall. */
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { createPeer, type Peer } from './support/peer.ts';

let acme: Booted;
let peer: Peer;
let boss: Person;
test.before(async () => {
  [acme, peer] = await Promise.all([bootApp(), createPeer()]);
  boss = await acme.person('boss', { role: 'admin' });
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), peer?.stop()]);
});
const { people, ok, get, status, say, settled } = membersOf(() => acme);
const ADMIN = '/api/mitoyen/v1/admin/custom_emojis';

async function bring(by: Person, shortcode: string, more: Record<string, string> = {}) {
  const image = sharp({ create: { width: 64, height: 64, channels: 4, background: '#f00' } });
  const body = new FormData();
  body.set('shortcode', shortcode);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const bytes = new Uint8Array(await image.png().toBuffer());
  body.set('image', new Blob([bytes], { type: 'image/png' }), 'x.png');
  return acme.request('POST', ADMIN, { token: by.token, body });
}
const names = (emojis: AnyJson[]) => emojis.map((emoji) => emoji.shortcode);

test.serial('admins bring emojis in; apps are offered those that are visible', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  t.is((await bring(boss, 'acme', { category: 'house' })).status, 200);
  t.is((await bring(boss, 'quiet', { visible_in_picker: 'false' })).status, 200);
  t.is((await bring(boss, 'acme')).status, 422);
  t.is((await bring(boss, 'no way')).status, 422);
  t.is((await bring(ann, 'mine')).status, 403);
  const [shown, ...more] = await get(ann, '/api/v1/custom_emojis');
  t.deepEqual([shown.shortcode, shown.category, more.length], ['acme', 'house', 0]);
  const picture = await fetch(shown.url);
  t.is(picture.headers.get('content-type'), 'image/webp');
});

test.serial('posts, polls and names show the emojis they name, and no others', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const post = await say(ann, 'made by :acme: at 10:30:15, not :nobody:', {
    poll: { options: [':quiet: yes', 'no'], expires_in: 3600 },
  });
  t.deepEqual(names(post.emojis).toSorted(), ['acme', 'quiet']);
  t.true(names(post.poll.emojis).includes('quiet'));
  const me = await ok(ann, 'PATCH', '/api/v1/accounts/update_credentials', {
    display_name: 'Ann :acme:',
  });
  t.deepEqual(names(me.emojis), ['acme']);
});

test.serial(
  'colleagues react with emojis of the house, not with those that are not there',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const post = await say(ann, 'well done');
    const path = (name: string) =>
      `/api/mitoyen/v1/statuses/${post.id}/reactions/${encodeURIComponent(name)}`;
    const { emoji_reactions } = await ok(bob, 'PUT', path(':acme:'));
    t.is(emoji_reactions[0].name, ':acme:');
    t.regex(emoji_reactions[0].url, /\/media\//);
    t.is(await status(bob, 'PUT', path(':nobody:')), 422);
  },
);

test.serial('emojis travel as tags, and those of others are shown from here', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const { uri } = await say(ann, 'to all :acme:');
  const bob = peer.person('bob');
  const { json } = await peer.get(uri, bob);
  const tag = (json.tag as AnyJson[]).find((one) => one.type === 'Emoji');
  t.is(tag?.name, ':acme:');
  t.is((await peer.get(tag?.id, bob)).json.type, 'Emoji');
  const note = peer.note(bob, {
    content: '<p>hi :blob:</p>',
    tag: [
      { type: 'Emoji', name: ':blob:', icon: { type: 'Image', url: `${peer.base}/blob.png` } },
      { type: 'Emoji', name: ':"><script>:', icon: { type: 'Image', url: `${peer.base}/x.png` } },
    ],
  });
  peer.serve({
    id: bob.iri,
    type: 'Person',
    preferredUsername: 'bob',
    name: 'Bob :blob:',
    inbox: `${bob.iri}/inbox`,
    tag: [{ type: 'Emoji', name: ':blob:', icon: { type: 'Image', url: `${peer.base}/blob.png` } }],
  });
  await acme.apis.accounts.resolveIri(bob.iri, { refresh: true });
  const post = await acme.apis.posts.resolveIri(note.id);
  await settled();
  const shown = await get(ann, `/api/v1/statuses/${post?._id}`);
  t.deepEqual(names(shown.emojis), ['blob']);
  t.true(shown.emojis[0].url.startsWith(acme.baseUrl));
  t.deepEqual(names(shown.account.emojis), ['blob']);
});

test.serial('an emoji that was removed is a word again', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const { id } = await say(ann, 'about :quiet:');
  const all: AnyJson[] = await get(boss, ADMIN);
  const quiet = all.find((one) => one.shortcode === 'quiet');
  t.is((await ok(boss, 'PATCH', `${ADMIN}/${quiet?.id}`, { category: 'odd' })).category, 'odd');
  await ok(boss, 'DELETE', `${ADMIN}/${quiet?.id}`);
  t.deepEqual((await get(ann, `/api/v1/statuses/${id}`)).emojis, []);
});
