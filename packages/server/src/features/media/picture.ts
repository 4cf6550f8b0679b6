/** Pictures: which files we take, what they become, and the rules about them. */
import type { Media, MediaKind, PictureSize, Purpose } from './media.ts';

/** By sniffed type. SVG is a program, TIFF and the rest are not what browsers show. */
export const READABLE_TYPES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/gif',
  'image/webp',
  'image/avif',
]);

/** As apps ask for them. */
export const PICTURE_TYPES: readonly string[] = [...READABLE_TYPES].filter(
  (type) => type !== 'image/apng',
);
export const READABLE_NAMES = 'JPEG, PNG, GIF, WebP or AVIF';
export const ALT_CHARACTERS = 1500;
/** Times that processing is begun before a picture counts as broken. */
export const MOST_ATTEMPTS = 3;

export type Box = { width: number; height: number; fit: 'inside' | 'cover'; quality: number };

/** The files that a picture becomes. */
export function boxesOf(purpose: Purpose): Partial<Record<PictureSize, Box>> {
  switch (purpose) {
    case 'attachment':
      return {
        original: { width: 3840, height: 3840, fit: 'inside', quality: 82 },
        small: { width: 640, height: 640, fit: 'inside', quality: 75 },
      };
    case 'avatar':
      return { original: { width: 400, height: 400, fit: 'cover', quality: 82 } };
    case 'emoji':
      return { original: { width: 128, height: 128, fit: 'inside', quality: 85 } };
    case 'header':
      return { original: { width: 1500, height: 500, fit: 'cover', quality: 80 } };
  }
}

const NAME = /^([0-9A-F]{32})(?:(-small)?\.webp|\.bin|\.mp4|\.m4a)$/;
const ENDINGS: Record<MediaKind, string> = {
  image: 'webp',
  document: 'bin',
  video: 'mp4',
  gifv: 'mp4',
  audio: 'm4a',
};

/** The file name in a public address: `<32 hex digits>.webp`, `.bin`, `.mp4` or `.m4a`; `-small.webp` of pictures and posters. */
export function fileName(name: string, size: PictureSize, kind: MediaKind = 'image'): string {
  return size === 'small' && kind !== 'document' && kind !== 'audio'
    ? `${name}-small.webp`
    : `${name}.${ENDINGS[kind]}`;
}

/** Back from the file name; null for what we never made. */
export function parseFileName(file: string): { name: string; size: PictureSize } | null {
  const match = NAME.exec(file);
  if (!match?.[1]) return null;
  return { name: match[1], size: match[2] ? 'small' : 'original' };
}

export function blobKeyOf(name: string, size: PictureSize, kind?: MediaKind): string {
  return `media/${name.slice(-2)}/${fileName(name, size, kind)}`;
}

export function uploadKeyOf(name: string): string {
  return `uploads/${name.slice(-2)}/${name}.bin`;
}

/** Every blob that a picture may have, known or half written. */
export function blobKeys(media: Pick<Media, 'name' | 'kind'>): string[] {
  const { name, kind } = media;
  if (kind === 'document') return [blobKeyOf(name, 'original', kind)];
  const files = [blobKeyOf(name, 'original', kind), blobKeyOf(name, 'small', kind)];
  return [...new Set([...files, uploadKeyOf(name)])];
}

/** `"0.1,-0.5"` as the Mastodon API writes a focal point; null where it is none. */
export function parseFocus(text: string): { x: number; y: number } | null {
  const parts = text.split(',');
  const [x, y] = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (parts.length !== 2 || x === undefined || y === undefined) return null;
  return Math.abs(x) <= 1 && Math.abs(y) <= 1 ? { x, y } : null;
}

/** Whether the file can be had under its public address, now or by fetching it. */
export function isServable(
  media: Pick<Media, 'state' | 'mediaType' | 'kind' | 'withheld'>,
): boolean {
  if (media.withheld) return false;
  if (media.state === 'ready') return true;
  if (media.state !== 'remote') return false;
  return (media.kind ?? 'image') !== 'image' || isPictureType(media.mediaType);
}

/** Of remote attachments: what is claimed to be a picture (or claims nothing) may be fetched as one. */
export function isPictureType(claimed: string): boolean {
  return claimed === '' || /^image\//i.test(claimed);
}

/** When a failed fetch may be tried again: minutes, then hours, at most a day. */
export function retryPause(attempts: number): number {
  return Math.min(24 * 3600_000, 60_000 * 5 ** Math.max(0, attempts - 1));
}
