/**
 * Bytes from anywhere become WebP files of ours. What reaches the decoders is bounded: the
 * type by its bytes, the pixels before anything is decoded, the time, and which decoders there
 * are at all. Metadata (GPS too) is left behind; the orientation is applied.
 */
import { encode as encodeBlurhash } from 'blurhash';
import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { invalid } from '../../platform/app-error.ts';
import type { PictureSize, Purpose } from './media.ts';
import { type Box, boxesOf, READABLE_NAMES, READABLE_TYPES } from './picture.ts';

// One thread and no cache per picture: memory stays with the pictures under way.
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((kind) => `VipsForeignLoad${kind}`),
});

export type EncodedFile = { size: PictureSize; bytes: Buffer; width: number; height: number };
export type EncodedPicture = { files: EncodedFile[]; blurhash: string };
export type Limits = { maxPixels: number; timeoutSeconds: number };

const BLURHASH_SIDE = 32;
const LONGEST_SIDE = 16_383;
const MOST_FRAMES = 500;

function refused(message: string, cause?: unknown): Error {
  const problem = invalid({ field: 'file', code: 'ERR_INVALID', message });
  if (cause !== undefined) problem.cause = cause;
  return problem;
}

/**
 * Looks at the bytes without decoding the picture.
 *
 * @throws AppError `invalid` that says why the file cannot be taken
 */
export async function inspectPicture(
  bytes: Buffer,
  limits: Limits,
): Promise<{ mediaType: string; width: number; height: number; frames: number }> {
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (!type || !READABLE_TYPES.has(type.mime)) {
    const found = type ? `is ${type.mime}, which cannot be read here` : 'is not a picture';
    throw refused(`${found}; send ${READABLE_NAMES}, or a document under its usual ending`);
  }
  const metadata = await readMetadata(bytes);
  const { width = 0, height = 0 } = metadata;
  if (width === 0 || height === 0) throw refused('cannot be read as a picture');
  if (width * height > limits.maxPixels || Math.max(width, height) > LONGEST_SIDE * 4) {
    const most = Math.floor(limits.maxPixels / 1e6);
    throw refused(`has ${width} x ${height} pixels; the most is ${most} megapixels`);
  }
  return { mediaType: type.mime, width, height, frames: metadata.pages ?? 1 };
}

async function readMetadata(bytes: Buffer): Promise<Metadata> {
  try {
    // The pixel limit is compared by us, so that the message can name the size.
    return await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (error) {
    throw refused('cannot be read as a picture', error);
  }
}

/**
 * Makes the files that the purpose calls for, and a blurhash.
 *
 * @throws AppError `invalid` where the picture is broken, too large or takes too long
 */
export async function encodePicture(
  bytes: Buffer,
  purpose: Purpose,
  limits: Limits,
): Promise<EncodedPicture> {
  const { width, height, frames } = await inspectPicture(bytes, limits);
  // An animation counts with all its frames; one that is too much is shown still.
  const animated =
    frames > 1 && frames <= MOST_FRAMES && width * height * frames <= limits.maxPixels;
  const open = (all: boolean): Sharp => {
    const image = sharp(bytes, {
      limitInputPixels: limits.maxPixels,
      failOn: 'error',
      sequentialRead: true,
      animated: all,
    }).timeout({ seconds: limits.timeoutSeconds });
    // Animations carry no orientation, and sharp refuses to turn them.
    return all ? image : image.autoOrient();
  };
  try {
    const files: EncodedFile[] = [];
    for (const [size, box] of Object.entries(boxesOf(purpose))) {
      // What is shown before somebody looks at it stands still.
      const moves = animated && purpose === 'attachment' && size === 'original';
      files.push(await encodeFile(open(moves), size as PictureSize, box));
    }
    return { files, blurhash: await blurhashOf(open(false)) };
  } catch (error) {
    throw refused('cannot be read as a picture', error);
  }
}

async function encodeFile(image: Sharp, size: PictureSize, box: Box): Promise<EncodedFile> {
  const { data, info } = await image
    .resize({
      width: box.width,
      height: box.height,
      fit: box.fit,
      withoutEnlargement: box.fit === 'inside',
    })
    .webp({ quality: box.quality, effort: 3 })
    .toBuffer({ resolveWithObject: true });
  // Of an animation `info.height` counts all frames, one below the other.
  return { size, bytes: data, width: info.width, height: info.pageHeight ?? info.height };
}

async function blurhashOf(image: Sharp): Promise<string> {
  const { data, info } = await image
    .resize({ width: BLURHASH_SIDE, height: BLURHASH_SIDE, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return encodeBlurhash(new Uint8ClampedArray(data), info.width, info.height, 4, 3);
}
