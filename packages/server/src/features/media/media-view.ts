/** Pictures as Mastodon's `MediaAttachment`. */
import { isOpen } from './file-link.ts';
import type { Media, MediaView, PictureSize } from './media.ts';
import { boxesOf, fileName, isServable } from './picture.ts';
import { clockOf } from './recording.ts';

type Details = { width: number; height: number; size: string; aspect: number };

export type UrlOf = (media: Media, size: PictureSize) => string | null;

/** The address of a picture's file, on our origin; signed for a file that is not for everybody. */
export function createUrlOf(deps: {
  baseUrl: string;
  /** Of a file that is not for everybody: what comes after `/media/`. */
  signedPath: (file: string, media: Media) => string;
}): UrlOf {
  return (media, size) => {
    if (!isServable(media)) return null;
    const made = media.state === 'ready' ? media.files[size] : boxesOf(media.purpose)[size];
    const file = fileName(media.name, made ? size : 'original', media.kind);
    return `${deps.baseUrl}/media/${isOpen(media) ? file : deps.signedPath(file, media)}`;
  };
}

export function viewMedia(urlOf: UrlOf, media: Media): MediaView {
  const { width, height, focus } = media;
  const original = details(width, height);
  const isDocument = media.kind === 'document';
  return {
    id: media._id,
    type: typeOf(media),
    url: urlOf(media, 'original'),
    preview_url: isDocument || media.kind === 'audio' ? null : previewOf(urlOf, media),
    remote_url: media.remoteUrl ?? null,
    preview_remote_url: null,
    text_url: null,
    meta: {
      focus,
      ...(media.seconds !== undefined && playing(media, media.seconds)),
      ...(!original && media.seconds !== undefined && { original: played(media) }),
      ...(original && {
        original: { ...original, ...(media.seconds !== undefined && played(media)) },
        small: smallDetails(media, original),
      }),
    },
    description: media.alt === '' ? null : media.alt,
    blurhash: media.blurhash ?? null,
    ...(isDocument && {
      mitoyen: { name: media.title, bytes: media.bytes ?? 0, media_type: media.mediaType },
    }),
  };
}

function typeOf(media: Media): string {
  if (media.kind === 'document') return 'unknown';
  if (media.state !== 'processing' && !isServable(media)) return 'unknown';
  return media.kind ?? 'image';
}

/** Of a remote video the poster comes with the file. */
function previewOf(urlOf: UrlOf, media: Media): string | null {
  const isPicture = (media.kind ?? 'image') === 'image';
  return isPicture || media.files.small ? urlOf(media, 'small') : null;
}

/** As Mastodon tells them, for the whole and for its file. */
function playing({ frameRate, width, height }: Media, seconds: number) {
  return {
    length: clockOf(seconds),
    duration: seconds,
    ...(frameRate && { fps: Math.round(frameRate) }),
    ...(width && height && { size: `${width}x${height}`, width, height, aspect: width / height }),
  };
}

function played({ frameRate = 0, bitrate = 0, seconds = 0 }: Media) {
  return {
    ...(frameRate > 0 && { frame_rate: `${Math.round(frameRate)}/1` }),
    duration: seconds,
    bitrate,
  };
}

function smallDetails(media: Media, original: Details): Details {
  const { small } = media.files;
  const made = small && details(small.width, small.height);
  const scale = Math.min(1, 640 / Math.max(original.width, original.height));
  return (
    made ??
    details(Math.round(original.width * scale), Math.round(original.height * scale)) ??
    original
  );
}

function details(width: number | undefined, height: number | undefined): Details | null {
  if (!width || !height) return null;
  return { width, height, size: `${width}x${height}`, aspect: width / height };
}
