/** Whether videos and sound are taken here: as long as ffmpeg is there. */
import type { Config } from '../../config-schema.ts';
import type { Ffmpeg } from '../../platform/ffmpeg.ts';
import type { RecordingLimits } from './recording.ts';

export type Recordings = {
  /** Null: there is none, and videos are refused. */
  ffmpeg: () => Ffmpeg | null;
  limits: RecordingLimits;
  start: () => void;
  stop: () => void;
};

/** Two programs are started to find out: not while everybody waits for the server. */
const LOOK_AFTER_MS = 1000;

/** @param ffmpeg null where the configuration wants none; taken to be there until it was looked for */
export function createRecordings(deps: { config: Config; ffmpeg: Ffmpeg | null }): Recordings {
  const { max_video_seconds: seconds, max_video_pixels: pixels } = deps.config.media;
  let { ffmpeg } = deps;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    ffmpeg?.version().catch(() => {
      ffmpeg = null;
    });
  }

  return {
    ffmpeg: () => ffmpeg,
    limits: { seconds, pixels, encodeSeconds: deps.config.media.encode_seconds },
    start: () => {
      timer = setTimeout(look, LOOK_AFTER_MS).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
