/**
 * ffmpeg and ffprobe as child processes. Whoever calls names the demuxer, so that a file is never
 * taken for a playlist, and nothing but files and pipes can be opened by them: no network, ever.
 */
import { spawn } from 'node:child_process';

/** `reason`: the last line that the program said, or why it was stopped. */
export class FfmpegError extends Error {
  override name = 'FfmpegError';
}

export type Ffmpeg = {
  /** Runs both programs. @throws FfmpegError where one is not there */
  version: () => Promise<string>;
  /** What ffprobe tells of a file, as JSON. @throws FfmpegError */
  probe: (path: string, demuxer: string) => Promise<unknown>;
  /** Reads one file; resolves to what is written to the pipe. @throws FfmpegError */
  run: (
    input: { path: string; demuxer: string; before?: string[] },
    output: string[],
    options: { seconds: number; maxBytes?: number },
  ) => Promise<Buffer>;
};

const GUARDED = ['-protocol_whitelist', 'file,pipe', '-max_alloc', '268435456'];
const PROBE_SECONDS = 20;
const MOST_PROBED = 1_048_576;
const MOST_SAID = 4000;

/** Null where videos and sound are not wanted. Whether the programs are there, `version` tells. */
export function createFfmpeg(paths: { ffmpeg: string; ffprobe: string }): Ffmpeg | null {
  if (paths.ffmpeg === '') return null;
  const options = { seconds: PROBE_SECONDS, maxBytes: MOST_PROBED };
  return {
    version: async () => {
      const [said] = await Promise.all([
        execute(paths.ffmpeg, ['-version'], options),
        execute(paths.ffprobe, ['-version'], options),
      ]);
      return /^ffmpeg version (\S+)/.exec(said.toString('utf8'))?.[1] ?? 'unknown';
    },
    probe: async (path, demuxer) => {
      const shown = ['-v', 'error', '-of', 'json', '-show_format', '-show_streams'];
      const input = [...GUARDED, '-f', demuxer, '-i', path];
      const json = await execute(paths.ffprobe, [...shown, ...input], options);
      return JSON.parse(json.toString('utf8')) as unknown;
    },
    run: ({ path, demuxer, before = [] }, output, limits) => {
      const quiet = ['-hide_banner', '-nostdin', '-v', 'error', '-y'];
      const input = [...GUARDED, ...before, '-f', demuxer, '-i', path];
      return execute(paths.ffmpeg, [...quiet, ...input, ...output], limits);
    },
  };
}

function execute(
  program: string,
  args: string[],
  { seconds, maxBytes = 0 }: { seconds: number; maxBytes?: number },
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const parts: Buffer[] = [];
  let [bytes, said, stopped] = [0, '', ''];
  const stop = (reason: string) => {
    stopped ||= reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop(`took longer than ${seconds} seconds`), seconds * 1000);
  child.stdout.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxBytes) stop(`said more than ${maxBytes} bytes`);
    else parts.push(part);
  });
  child.stderr.on('data', (part: Buffer) => {
    said = (said + part.toString('utf8')).slice(-MOST_SAID);
  });
  child.once('error', (error) => {
    clearTimeout(timer);
    reject(new FfmpegError(error.message));
  });
  child.once('close', (code) => {
    clearTimeout(timer);
    const last = said.trim().split('\n').at(-1) ?? '';
    if (stopped || code !== 0) reject(new FfmpegError(stopped || last || `ended with ${code}`));
    else resolve(Buffer.concat(parts));
  });
  return promise;
}
