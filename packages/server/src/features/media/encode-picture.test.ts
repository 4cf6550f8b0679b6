import { deflateSync } from 'node:zlib';
import test from 'ava';
import { isBlurhashValid } from 'blurhash';
import sharp from 'sharp';
import { AppError } from '../../platform/app-error.ts';
import { encodePicture, inspectPicture } from './encode-picture.ts';

const limits = { maxPixels: 64_000_000, timeoutSeconds: 20 };

function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#4477aa' } });
}

/** A PNG head that claims this size: what a decompression bomb starts with. */
function pngClaiming(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

for (const format of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
  test(`a ${format} becomes WebP in two sizes with a blurhash`, async (t) => {
    const { files, blurhash } = await encodePicture(
      await plain(1200, 800).toFormat(format).toBuffer(),
      'attachment',
      limits,
    );
    t.deepEqual(
      files.map(({ size, width, height }) => ({ size, width, height })),
      [
        { size: 'original', width: 1200, height: 800 },
        { size: 'small', width: 640, height: 427 },
      ],
    );
    t.true(isBlurhashValid(blurhash).result);
    for (const file of files) t.is((await sharp(file.bytes).metadata()).format, 'webp');
  });
}

test('metadata is left behind and the orientation applied', async (t) => {
  const photo = await plain(300, 200)
    .withExif({ IFD3: { GPSLatitude: '48/1 51/1 29/1', GPSLatitudeRef: 'N' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  t.truthy((await sharp(photo).metadata()).exif);
  const { files } = await encodePicture(photo, 'attachment', limits);
  const metadata = await sharp(files[0]?.bytes).metadata();
  t.is(metadata.exif, undefined);
  t.is(metadata.xmp, undefined);
  t.is(metadata.icc, undefined);
  t.deepEqual([metadata.width, metadata.height], [200, 300]);
});

test('an avatar is 400 x 400 and a header 1500 x 500', async (t) => {
  const bytes = await plain(900, 1200).jpeg().toBuffer();
  const avatar = await encodePicture(bytes, 'avatar', limits);
  t.deepEqual([avatar.files[0]?.width, avatar.files[0]?.height], [400, 400]);
  const header = await encodePicture(bytes, 'header', limits);
  t.deepEqual([header.files[0]?.width, header.files[0]?.height], [1500, 500]);
});

test('an animation keeps its frames, and its preview stands still', async (t) => {
  const frames = await Promise.all(
    [10, 120, 230].map((shade) =>
      sharp({
        create: { width: 40, height: 30, channels: 3, background: { r: shade, g: 0, b: 0 } },
      })
        .png()
        .toBuffer(),
    ),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const { files } = await encodePicture(gif, 'attachment', limits);
  t.deepEqual([files[0]?.width, files[0]?.height], [40, 30]);
  t.is((await sharp(files[0]?.bytes).metadata()).pages, 3);
  t.deepEqual([files[1]?.size, (await sharp(files[1]?.bytes).metadata()).pages ?? 1], ['small', 1]);
});

test('a decompression bomb is refused by its head', async (t) => {
  const error = await t.throwsAsync(inspectPicture(pngClaiming(60_000, 60_000), limits), {
    instanceOf: AppError,
  });
  t.regex(error?.message ?? '', /60000 x 60000 pixels/);
});

test('a file that claims fewer pixels than it needs data for is refused, not crashed on', async (t) => {
  await t.throwsAsync(encodePicture(pngClaiming(4000, 4000), 'attachment', limits), {
    instanceOf: AppError,
  });
});

const hostile: Record<string, Buffer> = {
  'an SVG with a script': Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
  ),
  'ActivityPub JSON': Buffer.from('{"@context":"https://www.w3.org/ns/activitystreams"}'),
  HTML: Buffer.from('<!doctype html><script>alert(1)</script>'),
  'nothing at all': Buffer.alloc(0),
  'the head of a JPEG alone': Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  'a PDF': Buffer.from('%PDF-1.7\n%'),
};
for (const [name, bytes] of Object.entries(hostile)) {
  test(`${name} is refused with a reason`, async (t) => {
    const error = await t.throwsAsync(encodePicture(bytes, 'attachment', limits), {
      instanceOf: AppError,
    });
    t.regex(error?.message ?? '', /file (is|cannot)/);
  });
}

test('a truncated JPEG is refused', async (t) => {
  const whole = await plain(800, 800).jpeg().toBuffer();
  await t.throwsAsync(encodePicture(whole.subarray(0, whole.length / 2), 'attachment', limits), {
    instanceOf: AppError,
  });
});
