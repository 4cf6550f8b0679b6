/** Deny by default: what an unknown host gets from an instance in `partners` mode. */
import test from 'ava';
import {
  createForeignPeer,
  type ForeignPeer,
  type Instance,
  type Json,
  startInstance,
} from '../src/index.ts';

let acme: Instance;
let peer: ForeignPeer;

test.before(async () => {
  [acme, peer] = await Promise.all([startInstance({ name: 'Acme' }), createForeignPeer()]);
});
test.after.always(async () => {
  await acme?.stop();
  peer?.close();
});

test.serial(
  'an unknown host is remembered by its bare name; nothing of it is fetched or stored',
  async (t) => {
    const amina = await acme.person('amina', { role: 'admin' });
    const stranger = peer.actor('stranger');
    const note: Json = {
      id: `${stranger.iri}/1`,
      type: 'Note',
      attributedTo: stranger.iri,
      to: [`${acme.baseUrl}/users/amina`],
      content: 'hello from nowhere',
    };
    for (const type of ['Create', 'Follow', 'Offer', 'Delete']) {
      const status = await peer.deliver(
        `${acme.baseUrl}/inbox`,
        { id: `${stranger.iri}/${type}`, type, actor: stranger.iri, object: note },
        { actor: stranger },
      );
      t.is(status, 403, type);
    }
    t.deepEqual(peer.asked, []);
    t.deepEqual(await amina.get('/api/v1/notifications'), []);
    const { pending, agreements } = JSON.parse(await acme.cli('partner', 'list', '--json'));
    t.deepEqual(
      pending.map((one: Json) => one.host),
      [peer.host],
    );
    t.deepEqual(agreements, []);
  },
);

test.serial(
  'nothing is told to who does not sign, and nothing fetched at their wish',
  async (t) => {
    const amina = await acme.person('ines');
    const post = await amina.post('/api/v1/statuses', { status: 'public, for partners' });
    for (const path of [
      '/users/ines',
      new URL(post.uri).pathname,
      '/users/ines/outbox',
      '/users/ines/followers',
    ]) {
      t.is(
        (await acme.request('GET', path, { headers: { accept: 'application/activity+json' } }))
          .status,
        401,
        path,
      );
    }
    t.is((await acme.request('GET', `/api/v1/statuses/${post.id}`)).status, 401);
    t.is((await acme.request('GET', '/api/v1/timelines/public')).status, 401);
    t.is(
      (await acme.request('GET', '/actor', { headers: { accept: 'application/activity+json' } }))
        .status,
      200,
    );
    peer.serve('/note', {
      id: `${peer.baseUrl}/note`,
      type: 'Note',
      attributedTo: `${peer.baseUrl}/users/stranger`,
      content: 'x',
    });
    await amina.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(`${peer.baseUrl}/note`)}`);
    await amina.get(
      `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(`stranger@${peer.host}`)}`,
    );
    t.deepEqual(peer.asked, []);
  },
);
