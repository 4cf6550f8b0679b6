import test from 'ava';
import { withApp } from './support/boot.ts';

const app = withApp(test, { media: { max_document_bytes: 2000, quota_bytes: 5000 } });

function form(bytes: Buffer | string, name: string) {
  const body = new FormData();
  const type = 'text/html';
  body.set('file', new Blob([new Uint8Array(Buffer.from(bytes))], { type }), name);
  return body;
}

const pdf = (size = 100) => Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(size - 9, 32)]);

function send(token: string, bytes: Buffer | string, name: string) {
  return app().request('POST', '/api/v2/media', { token, body: form(bytes, name) });
}

test('a document is stored, attached, and only ever saved under its name', async (t) => {
  const { token } = await app().person('anna');
  const sent = await send(token, pdf(), 'Bilan été.pdf');
  t.is(sent.status, 200, sent.text);
  t.is(sent.json.type, 'unknown');
  t.is(sent.json.preview_url, null);
  t.deepEqual(sent.json.mitoyen, {
    name: 'Bilan été.pdf',
    bytes: 100,
    media_type: 'application/pdf',
  });
  const post = await app().request('POST', '/api/v1/statuses', {
    token,
    body: { status: 'The figures', media_ids: [sent.json.id] },
  });
  t.is(post.status, 200, post.text);
  const [file] = post.json.media_attachments;
  const got = await app().request('GET', file.url, { headers: { accept: 'text/html' } });
  t.is(got.status, 200);
  t.is(got.headers.get('content-type'), 'application/octet-stream');
  t.is(got.headers.get('x-content-type-options'), 'nosniff');
  t.is(got.headers.get('content-security-policy'), "default-src 'none'; sandbox");
  t.is(
    got.headers.get('content-disposition'),
    `attachment; filename="Bilan ete.pdf"; filename*=UTF-8''Bilan%20%C3%A9t%C3%A9.pdf`,
  );
  const asPicture = await app().request('GET', file.url.replace('.bin', '.webp'));
  t.is(asPicture.status, 404);
});

test('a crafted file name leads nowhere but into the name that it is saved under', async (t) => {
  const { token } = await app().person('cora');
  const stored = async () => (await Array.fromAsync(app().kit.blobs.list())).map(({ key }) => key);
  const before = new Set(await stored());
  for (const name of [
    '../../../../tmp/escaped.pdf',
    '/etc/cron.d/escaped.pdf',
    '..\\..\\escaped.pdf',
    'a.pdf"; filename="page.html.pdf',
    'a.pdf%0d%0aSet-Cookie: session=1.pdf',
    '\u202efdp.exe.pdf',
    'CON.pdf',
    '.pdf',
    `${'long'.repeat(2000)}.pdf`,
  ]) {
    const sent = await send(token, pdf(20), name);
    if (sent.status === 422) continue;
    t.is(sent.status, 200, `${name.slice(0, 40)}: ${sent.text}`);
    const { headers, status } = await app().request('GET', sent.json.url);
    t.is(status, 200);
    const disposition = headers.get('content-disposition') ?? '';
    t.regex(
      disposition,
      /^attachment; filename="[^"/\\]{1,200}"(; filename\*=UTF-8''[\w.%~!'()*-]+)?$/,
    );
    t.false(/\u202e|%E2%80%AE|%2F|%5C/i.test(disposition), disposition);
    t.is(headers.get('set-cookie'), null);
    t.is(headers.get('content-type'), 'application/octet-stream');
  }
  const made = (await stored()).filter((key) => !before.has(key));
  t.true(made.length >= 6, `${made.length} were taken`);
  for (const key of made)
    t.regex(key, /^[A-Za-z0-9/_-]+(\.[a-z0-9]+)?$/, 'the store names files itself');
});

test('a document that is too large, or not what its name says, is refused', async (t) => {
  const { token } = await app().person('bert');
  t.is((await send(token, pdf(2001), 'large.pdf')).status, 413);
  const page = await send(token, '<html><script>1</script>', 'notes.txt');
  t.is(page.status, 422);
  t.regex(page.json.error, /web page/);
  for (const name of ['list.m3u8', 'run.exe', 'page.html'])
    t.is((await send(token, '#EXTM3U\nfile:///etc/passwd', name)).status, 422, name);
});

test('a person whose files take all their bytes is told so, and how much they have', async (t) => {
  const { token } = await app().person('carl');
  for (const name of ['a.pdf', 'b.pdf']) t.is((await send(token, pdf(2000), name)).status, 200);
  const more = await send(token, pdf(2000), 'c.pdf');
  t.is(more.status, 422);
  t.regex(more.json.error, /of your 5000 bytes 4000 are used/);
  const usage = await app().request('GET', '/api/mitoyen/v1/media/usage', { token });
  t.deepEqual(usage.json, { used_bytes: 4000, quota_bytes: 5000, files: 2 });
  const other = await app().person('dora');
  t.is((await send(other.token, pdf(), 'a.pdf')).status, 200);
});

test('the instance says which documents it takes and how large', async (t) => {
  const { json } = await app().request('GET', '/api/v2/instance');
  const { media_attachments: media } = json.configuration;
  t.true(media.supported_mime_types.includes('application/pdf'));
  t.deepEqual(media.mitoyen, { document_size_limit: 2000, quota: 5000 });
});
