/** Videos and sound become MP4 and M4A files of ours, by ffmpeg, one at a time in this process. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTypeFromFile } from 'file-type';
import { invalid } from '../../platform/app-error.ts';
import { type Ffmpeg, FfmpegError } from '../../platform/ffmpeg.ts';
import { type EncodedPicture, encodePicture, type Limits } from './encode-picture.ts';
import {
  demuxerOf,
  encodeArguments,
  kindOf,
  type Probed,
  posterArguments,
  posterAt,
  READABLE_RECORDINGS,
  type RecordingKind,
  type RecordingLimits,
  readProbe,
  recordingProblem,
} from './recording.ts';

const POSTER_SECONDS = 60;
const MOST_POSTER_BYTES = 67_108_864;

export type EncodedRecording = {
  kind: RecordingKind;
  /** The file made, which is removed when `use` is done. */
  path: string;
  bytes: number;
  seconds: number;
  frameRate: number;
  bitrate: number;
  width?: number;
  height?: number;
  poster: EncodedPicture | null;
};

function refused(message: string, cause?: unknown): Error {
  const problem = invalid({ field: 'file', code: 'ERR_INVALID', message });
  if (cause !== undefined) problem.cause = cause;
  return problem;
}

/**
 * Looks at the bytes without decoding them.
 *
 * @throws AppError `invalid` that says why the file cannot be taken
 */
export async function inspectRecording(
  ffmpeg: Ffmpeg,
  path: string,
  limits: RecordingLimits,
): Promise<{ mediaType: string; demuxer: string; probed: Probed }> {
  const type = await fileTypeFromFile(path).catch(() => undefined);
  const demuxer = type ? demuxerOf(type.mime) : null;
  if (!type || !demuxer)
    throw refused(`${type ? `is ${type.mime}` : 'is no film'}; send ${READABLE_RECORDINGS}`);
  const probed = await probe(ffmpeg, path, demuxer);
  const problem = recordingProblem(probed, limits);
  if (problem) throw refused(problem);
  return { mediaType: type.mime, demuxer, probed };
}

async function probe(ffmpeg: Ffmpeg, path: string, demuxer: string): Promise<Probed> {
  try {
    const probed = readProbe(await ffmpeg.probe(path, demuxer));
    if (probed) return probed;
  } catch (error) {
    if (!(error instanceof FfmpegError || error instanceof SyntaxError)) throw error;
    throw refused('cannot be read as a video or as sound', error);
  }
  throw refused('has neither a film nor sound in it');
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Makes the file and its poster, and hands them to `use`.
 *
 * @throws AppError `invalid` where the recording is broken, too long, too large or takes too long
 */
export function encodeRecording<T>(
  ffmpeg: Ffmpeg,
  path: string,
  limits: RecordingLimits & { picture: Limits },
  use: (made: EncodedRecording) => Promise<T>,
): Promise<T> {
  const mine = last.then(() => encode(ffmpeg, path, limits, use));
  last = mine.catch(() => {});
  return mine;
}

async function encode<T>(
  ffmpeg: Ffmpeg,
  path: string,
  limits: RecordingLimits & { picture: Limits },
  use: (made: EncodedRecording) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-media-'));
  try {
    const { demuxer, probed } = await inspectRecording(ffmpeg, path, limits);
    const made = join(folder, probed.video ? 'made.mp4' : 'made.m4a');
    const output = encodeArguments(probed, limits, made);
    await ffmpeg.run({ path, demuxer }, output, { seconds: limits.encodeSeconds });
    const result = await probe(ffmpeg, made, 'mov');
    const problem = recordingProblem(result, limits);
    if (problem) throw refused(problem);
    const { size: bytes } = await stat(made);
    const { video, seconds = 0, bitrate = 0 } = result;
    return await use({
      // Only the file itself tells that it was a GIF; only what was made always tells how long it is.
      kind: probed.video?.codec === 'gif' ? 'gifv' : kindOf(result),
      path: made,
      bytes,
      seconds,
      bitrate,
      frameRate: video?.frameRate ?? 0,
      ...(video && { width: video.width, height: video.height }),
      poster: video ? await posterOf(ffmpeg, made, result, limits.picture) : null,
    });
  } catch (error) {
    if (!(error instanceof FfmpegError)) throw error;
    throw refused('cannot be read as a video or as sound', error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function posterOf(
  ffmpeg: Ffmpeg,
  path: string,
  probed: Probed,
  limits: Limits,
): Promise<EncodedPicture> {
  const input = { path, demuxer: 'mov', before: posterAt(probed) };
  const options = { seconds: POSTER_SECONDS, maxBytes: MOST_POSTER_BYTES };
  return encodePicture(await ffmpeg.run(input, posterArguments(), options), 'attachment', limits);
}
