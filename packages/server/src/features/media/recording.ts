/** Videos and sound: which are taken, what they become, and the rules about them. Pure. */
import { z } from 'zod';

export type RecordingKind = 'video' | 'gifv' | 'audio';

/** By sniffed type, the demuxer that reads it: what is none of these is never opened. */
const DEMUXERS: [RegExp, string][] = [
  [/^(video|audio)\/(mp4|quicktime|x-m4v|m4a|x-m4a|3gpp2?)$/, 'mov'],
  [/^(video|audio)\/(webm|(x-)?matroska)$/, 'matroska'],
  [/^audio\/(mpeg|mp3)$/, 'mp3'],
  [/^((video|audio|application)\/ogg|audio\/opus)\b/, 'ogg'],
  [/^audio\/(x-)?(wav|vnd\.wave)$/, 'wav'],
  [/^audio\/(x-)?flac$/, 'flac'],
  [/^audio\/aac$/, 'aac'],
  [/^image\/gif$/, 'gif'],
];

/** As apps ask for them: with every name that browsers and phones have for the same. */
export const RECORDING_TYPES: readonly string[] = [
  'video/mp4',
  'video/x-m4v',
  'video/3gpp',
  'video/webm',
  'video/quicktime',
  'video/x-matroska',
  'video/ogg',
  'audio/mpeg',
  'audio/mp3',
  'audio/mp4',
  'audio/m4a',
  'audio/x-m4a',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/webm',
  'audio/wav',
  'audio/x-wav',
  'audio/vnd.wave',
  'audio/flac',
  'audio/x-flac',
];
export const READABLE_RECORDINGS = 'MP4, WebM, MOV, Matroska, MP3, M4A, OGG, WAV or FLAC';

export type RecordingLimits = { seconds: number; pixels: number; encodeSeconds: number };
/** What a recording is, as far as its rules ask. Seconds; `seconds` is absent where the file does not tell. */
export type Probed = {
  seconds?: number;
  bitrate?: number;
  video?: { codec: string; pixelFormat: string; width: number; height: number; frameRate: number };
  audio?: { codec: string };
};

const MOST_STREAMS = 16;
/** A silent film as short as this is shown as an animation, as in Mastodon. */
const LONGEST_GIFV = 60;
const BOX = { width: 1920, height: 1920 };

export function demuxerOf(mediaType: string): string | null {
  return DEMUXERS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? null;
}

export function isRecordingType(claimed: string): boolean {
  return /^(video|audio)\//i.test(claimed);
}

const number = z.coerce.number().finite().optional().catch(undefined);
const streamSchema = z.looseObject({
  codec_type: z.string().optional(),
  codec_name: z.string().default(''),
  pix_fmt: z.string().default(''),
  width: number,
  height: number,
  avg_frame_rate: z.string().default(''),
  disposition: z.looseObject({ attached_pic: number }).optional(),
});
const probeSchema = z.looseObject({
  streams: z.array(streamSchema).default([]),
  format: z.looseObject({ duration: number, bit_rate: number }).default({}),
});

/** Null where it is nothing that can be played. */
export function readProbe(json: unknown): Probed | null {
  const parsed = probeSchema.safeParse(json);
  if (!parsed.success || parsed.data.streams.length > MOST_STREAMS) return null;
  const { streams, format } = parsed.data;
  // The cover of an album is no film.
  const film = streams.find(
    (one) => one.codec_type === 'video' && one.disposition?.attached_pic !== 1,
  );
  const sound = streams.find((one) => one.codec_type === 'audio');
  if (!film && !sound) return null;
  const { duration: seconds, bit_rate: bitrate } = format;
  return {
    ...(seconds !== undefined && { seconds }),
    ...(bitrate !== undefined && { bitrate }),
    ...(film && {
      video: {
        codec: film.codec_name,
        pixelFormat: film.pix_fmt,
        width: film.width ?? 0,
        height: film.height ?? 0,
        frameRate: rateOf(film.avg_frame_rate),
      },
    }),
    ...(sound && { audio: { codec: sound.codec_name } }),
  };
}

function rateOf(text: string): number {
  const [over = 0, under = 1] = text.split('/').map(Number);
  return under > 0 && Number.isFinite(over / under) ? over / under : 0;
}

/** Why it cannot be taken; null where it can. */
export function recordingProblem(probed: Probed, limits: RecordingLimits): string | null {
  const { seconds = 0, video } = probed;
  if (seconds > limits.seconds) return `is longer than ${limits.seconds} seconds`;
  if (!video) return null;
  if (video.width < 1 || video.height < 1) return 'has no picture that can be shown';
  return video.width * video.height > limits.pixels
    ? `has ${video.width} x ${video.height} pixels; the most is ${limits.pixels}`
    : null;
}

export function kindOf({ video, audio, seconds = 0 }: Probed): RecordingKind {
  if (!video) return 'audio';
  if (video.codec === 'gif') return 'gifv';
  return audio || seconds > LONGEST_GIFV ? 'video' : 'gifv';
}

/**
 * What ffmpeg is told to make: MP4 with H.264 and AAC, or M4A, which all browsers and phones play.
 * What is that already is copied. Nothing of its metadata (places, names, devices) is kept.
 */
export function encodeArguments(probed: Probed, limits: RecordingLimits, path: string): string[] {
  const { video, audio } = probed;
  return [
    ...(video ? ['-map', '0:v:0'] : ['-vn']),
    ...(audio ? ['-map', '0:a:0'] : ['-an']),
    ...['-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
    // One more, so that what is too long is seen to be.
    ...['-t', String(limits.seconds + 1), '-threads', '2'],
    ...(video ? filmArguments(video) : []),
    ...(audio ? soundArguments(audio.codec) : []),
    ...['-movflags', '+faststart', '-f', video ? 'mp4' : 'ipod', path],
  ];
}

function filmArguments(video: NonNullable<Probed['video']>): string[] {
  const { codec, pixelFormat, width, height } = video;
  const fits = width <= BOX.width && height <= BOX.height;
  if (codec === 'h264' && pixelFormat === 'yuv420p' && fits) return ['-c:v', 'copy'];
  const scale = `scale=w='min(${BOX.width},iw)':h='min(${BOX.height},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`;
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', '5M'],
    ...['-bufsize', '10M', '-pix_fmt', 'yuv420p', '-fpsmax', '60', '-vf', scale],
  ];
}

function soundArguments(codec: string): string[] {
  return codec === 'aac' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2'];
}

/** One picture from its first third, for whoever has not pressed play. */
export function posterArguments(): string[] {
  return ['-map', '0:v:0', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'];
}

export function posterAt({ seconds = 0 }: Probed): string[] {
  return ['-ss', String(Math.min(1, seconds / 3))];
}

/** `0:01:28.65`, as Mastodon writes it. */
export function clockOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const hundredths = two(Math.floor((seconds - whole) * 100));
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${hundredths}`;
}
