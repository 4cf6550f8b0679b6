/** Pictures of a profile can be taken away, and the rules of the house are told. */
import test from 'ava';
import sharp from 'sharp';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get } = withMembers(test, {
  instance: { rules: ['Be kind', 'Say who you are'] },
});

test('an avatar that was removed is gone, its file too', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background: '#123' } });
  const body = new FormData();
  const bytes = new Uint8Array(await image.png().toBuffer());
  body.set('avatar', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const path = '/api/v1/accounts/update_credentials';
  const { avatar } = (await app().request('PATCH', path, { token: ann.token, body })).json;
  t.is((await fetch(avatar)).status, 200);
  const after = await ok(ann, 'DELETE', '/api/v1/profile/avatar');
  t.regex(after.avatar, /missing-avatar/);
  t.is((await fetch(avatar)).status, 404);
  t.regex((await ok(ann, 'DELETE', '/api/v1/profile/header')).header, /missing-header/);
});

test('the rules are told to apps and newcomers', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const texts = (rules: AnyJson[]) => rules.map((rule) => rule.text);
  const wanted = ['Be kind', 'Say who you are'];
  t.deepEqual(texts(await get(ann, '/api/v1/instance/rules')), wanted);
  t.deepEqual(texts((await get(ann, '/api/v2/instance')).rules), wanted);
});
