/** Whether videos and sound are taken here: as long as ffmpeg is there. */
import type { Config } from '../../config-schema.ts';
import type { Ffmpeg } from '../../platform/ffmpeg.ts';
import type { RecordingLimits } from './recording.ts';

export type Recordings = {
  /** Null: there is none, and videos are refused. Looked for when the process starts. */
  ffmpeg: () => Ffmpeg | null;
  limits: RecordingLimits;
  start: () => Promise<void>;
};

export function createRecordings(deps: {
  config: Config;
  find: () => Promise<Ffmpeg | null>;
}): Recordings {
  const { max_video_seconds: seconds, max_video_pixels: pixels } = deps.config.media;
  let found: Ffmpeg | null = null;
  return {
    ffmpeg: () => found,
    limits: { seconds, pixels, encodeSeconds: deps.config.media.encode_seconds },
    start: async () => {
      found = await deps.find();
    },
  };
}
