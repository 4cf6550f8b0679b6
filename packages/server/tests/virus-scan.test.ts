/** Files with a virus are refused on every road; ClamAV itself where it is installed, else a stand-in. */
import test from 'ava';
import sharp from 'sharp';
import { checkScanner } from '../src/commands/doctor-scanner.ts';
import { configSchema } from '../src/config-schema.ts';
import { createScanUpload } from '../src/features/media/scan-upload.ts';
import { AppError } from '../src/platform/app-error.ts';
import { createClamd } from '../src/platform/clamd.ts';
import { createLog } from '../src/platform/log.ts';
import { type Booted, bootApp } from './support/boot.ts';
import {
  hasClamd,
  startClamd,
  startScanner,
  TEST_VIRUS,
  type TestScanner,
} from './support/clamd.ts';

let app: Booted;
let scanner: Awaited<ReturnType<typeof startScanner>>;

test.before(async () => {
  scanner = await startScanner();
  app = await bootApp({ virus_scan: { address: scanner.address } });
});
test.after.always(async () => {
  await app?.stop();
  await scanner?.stop();
});

/** A good picture with a virus behind its end, as decoders do not mind. */
async function infected(): Promise<Buffer> {
  return Buffer.concat([await picture(), TEST_VIRUS]);
}

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 80, height: 60, channels: 3, background: '#117733' } })
    .png()
    .toBuffer();
}

function form(field: string, bytes: Buffer): FormData {
  const body = new FormData();
  body.set(field, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  return body;
}

test.serial('an upload with a virus is refused by name, a clean one is taken', async (t) => {
  const { token } = await app.person('ann');
  for (const version of ['v1', 'v2']) {
    const path = `/api/${version}/media`;
    const bad = await app.request('POST', path, { token, body: form('file', await infected()) });
    t.is(bad.status, 422);
    t.regex(bad.json.error, /file holds a virus \(Eicar-Test\)/);
    const good = await app.request('POST', path, { token, body: form('file', await picture()) });
    t.true([200, 202].includes(good.status), good.text);
  }
});

test.serial('an avatar and an upload in parts are looked at too', async (t) => {
  const { token } = await app.person('bob');
  const avatar = await app.request('PATCH', '/api/v1/accounts/update_credentials', {
    token,
    body: form('avatar', await infected()),
  });
  t.is(avatar.status, 422);
  t.regex(avatar.json.error, /virus/);
  const bytes = await infected();
  const tus = { 'tus-resumable': '1.0.0' };
  const begun = await app.request('POST', '/api/mitoyen/v1/uploads', {
    token,
    headers: { ...tus, 'upload-length': String(bytes.length) },
  });
  const sent = await app.request('PATCH', begun.headers.get('location') ?? '', {
    token,
    headers: {
      ...tus,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
    body: new Blob([new Uint8Array(bytes)]),
  });
  t.is(sent.status, 422);
  t.regex(sent.json.error, /virus/);
});

test.serial(
  'while the scanner gives no verdict nothing is taken, and people are told',
  async (t) => {
    const { token } = await app.person('cat');
    scanner.say('INSTREAM size limit exceeded. ERROR');
    const body = form('file', await picture());
    const refused = await app.request('POST', '/api/v2/media', { token, body });
    scanner.say(null);
    t.is(refused.status, 503);
    t.regex(refused.json.error, /cannot be checked for viruses now/);
    t.truthy(refused.headers.get('retry-after'));
  },
);

function scanOf(settings: object) {
  const config = configSchema.parse({ virus_scan: settings, log: { level: 'silent' } });
  return createScanUpload({ config, log: createLog(config) });
}

test('a scanner that is not there refuses, or accepts where the admin says so', async (t) => {
  const gone = await startScanner();
  await gone.stop();
  const { address } = gone;
  const error = await t.throwsAsync(scanOf({ address })([TEST_VIRUS], 'ann'), {
    instanceOf: AppError,
  });
  t.is((error as AppError).code, 'unavailable');
  await t.notThrowsAsync(scanOf({ address, when_down: 'accept' })([TEST_VIRUS], 'ann'));
  await t.notThrowsAsync(scanOf({})([TEST_VIRUS], 'ann'));
});

async function findsViruses(t: import('ava').ExecutionContext, { address }: TestScanner) {
  const clamd = createClamd(address, 20_000);
  const found = await clamd.scan([TEST_VIRUS]);
  // ClamAV says of its own signatures whether they are its makers'.
  t.regex(found.kind === 'found' ? found.virus : '', /^Eicar-Test/);
  t.deepEqual(await clamd.scan([]), { kind: 'clean' });
  t.deepEqual(await clamd.scan([Buffer.alloc(300_000), Buffer.from('x')]), { kind: 'clean' });
  const [check] = await checkScanner(configSchema.parse({ virus_scan: { address } }));
  t.is(check?.result, 'ok');
}

test('the stand-in finds the test virus', async (t) => {
  await findsViruses(t, scanner);
});

const withClamd = hasClamd() ? test : test.skip;
withClamd('ClamAV finds the test virus, and says where a file is too large for it', async (t) => {
  const clamd = await startClamd();
  try {
    await findsViruses(t, clamd);
    const large = createClamd(clamd.address, 20_000).scan([Buffer.alloc(3_000_000)]);
    await t.throwsAsync(large, { message: /StreamMaxLength/ });
  } finally {
    await clamd.stop();
  }
});

test('the doctor says what is wrong with the scanner', async (t) => {
  const blind = await startScanner();
  const check = async () =>
    (await checkScanner(configSchema.parse({ virus_scan: { address: blind.address } })))[0];
  blind.say('stream: OK');
  t.regex((await check())?.text ?? '', /does not know the test virus/);
  blind.say('UNKNOWN COMMAND');
  t.regex((await check())?.text ?? '', /it said: UNKNOWN COMMAND/);
  await blind.stop();
  t.is((await check())?.result, 'bad');
});
