/** Whether videos and sound are taken. */
import type { Config } from '../config-schema.ts';
import { createFfmpeg } from '../platform/ffmpeg.ts';
import type { Check } from './doctor.ts';

const NAME = 'ffmpeg';

export async function checkFfmpeg({ media }: Config): Promise<Check[]> {
  const { ffmpeg_path: ffmpeg, ffprobe_path: ffprobe } = media;
  const programs = createFfmpeg({ ffmpeg, ffprobe });
  if (!programs)
    return [
      { name: NAME, result: 'ok', text: 'videos and sound are not taken (media.ffmpeg_path)' },
    ];
  const version = await programs.version().catch(() => null);
  return version
    ? [{ name: NAME, result: 'ok', text: `${version}: videos and sound are taken` }]
    : [
        {
          name: NAME,
          result: 'warn',
          text: `"${ffmpeg}" or "${ffprobe}" is not there, so videos and sound are refused (Debian: apt install ffmpeg)`,
        },
      ];
}
