/** Logs: one JSON line per fact, readable lines on a terminal; never bodies, tokens or keys. */
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config-schema.ts';

export type Log = Logger;

/** `stderr` for commands, whose stdout is their answer. */
export function createLog(
  config: Pick<Config, 'log' | 'roles'>,
  to: 'stdout' | 'stderr' = 'stdout',
): Log {
  const { level, pretty } = config.log;
  const readable = pretty === 'always' || (pretty === 'auto' && process[to].isTTY === true);
  const destination = to === 'stdout' ? 1 : 2;
  const options: LoggerOptions = {
    level,
    base: { role: config.roles },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      'req.headers.authorization',
      'req.headers.cookie',
      'password',
      'token',
      '*.password',
      '*.token',
    ],
    ...(readable && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname,role', translateTime: 'HH:MM:ss', destination },
      },
    }),
  };
  return readable
    ? pino(options)
    : pino(options, pino.destination({ fd: destination, sync: true }));
}
